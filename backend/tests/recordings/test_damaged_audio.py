"""What is cut, broken, mislabelled or lost: the rest is kept, and the damage named."""

import pytest
from fastapi.testclient import TestClient

from scribe.consultations.pipeline import StageFailed
from scribe.core.settings import Settings
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Assemble, Browser, Load, RecordingOf
from tests.recordings.media import a_file, as_live, slices, tone


@pytest.mark.parametrize("kind", ["webm", "ogg", "mp3", "wav", "flac", "aac"])
def test_of_a_cut_file_all_that_decodes_is_kept(browser: Browser, assemble: Assemble, load: Load, kind: str) -> None:
    body = a_file(kind, seconds=10)
    browser.send(*slices(body[: len(body) * 6 // 10], 3))
    browser.seal()

    assemble(browser)

    assert 5_000 <= load(browser).duration_ms <= 7_500


@pytest.mark.parametrize("kind", ["flac", "wav", "webm"])
def test_a_file_that_ends_early_says_so(
    browser: Browser, assemble: Assemble, recording_of: RecordingOf, kind: str
) -> None:
    body = a_file(kind, seconds=10)
    browser.send(body[: len(body) // 2])
    browser.seal()

    assemble(browser)

    found = {each["code"]: each["message"] for each in recording_of(browser).recording.manifest["warnings"]}
    assert "0:10" in found["audio_ends_early"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (a_file("webm", 2)[:60], "audio_corrupt"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40), "audio_corrupt"),
        (b"\x1a\x45", "audio_corrupt"),
        (a_file("mp4", 3)[:2_000], "audio_corrupt"),
        (a_file("wav", 1)[:78], "audio_empty"),
        (b"OggS" + bytes(range(256)) * 40, "audio_corrupt"),
    ],
)
def test_what_cannot_be_decoded_fails_by_name(browser: Browser, assemble: Assemble, body: bytes, code: str) -> None:
    browser.send(body)
    browser.seal()

    with pytest.raises(StageFailed) as failed:
        assemble(browser)

    assert (failed.value.code, failed.value.retryable) == (code, False)
    assert "kept" in failed.value.message


def test_a_mislabelled_file_is_read_as_what_it_is(
    as_doctor: TestClient, start_body, assemble: Assemble, load: Load
) -> None:
    started = as_doctor.post("/api/consultations/start", json=start_body(source="upload")).json()
    browser = Browser(as_doctor, started)
    answer = browser.put(0, a_file("flac"), **{"Content-Type": "audio/mpeg"})
    browser.sent[0] = [answer.json()["sha256"]]
    browser.seal()

    assemble(browser)

    assert abs(load(browser).duration_ms - 3_000) < 50


def test_audio_that_is_too_long_is_refused(
    browser: Browser, vault, doctor, settings: Settings, assemble: Assemble
) -> None:
    browser.send(as_live(tone(4)))
    browser.seal()
    object.__setattr__(settings.recording, "recording_max_seconds", 3)

    with pytest.raises(StageFailed) as failed:
        assemble(browser)

    assert failed.value.code == "audio_too_long"


def test_a_segment_that_cannot_be_opened_does_not_take_the_others_with_it(
    browser: Browser, assemble: Assemble, load: Load, recording_of: RecordingOf
) -> None:
    browser.send(as_live(tone(2)))
    browser.send(as_live(tone(2))[:30], segment=1)
    browser.send(as_live(tone(2)), segment=2)
    browser.seal()

    assemble(browser)

    assert abs(load(browser).duration_ms - 4_000) < 50
    assert [each["code"] for each in recording_of(browser).recording.manifest["warnings"]] == ["segment_unreadable"]


def test_a_chunk_lost_after_the_seal_costs_its_own_sound_only(
    browser: Browser, assemble: Assemble, load: Load, store: MemoryStore, recording_of: RecordingOf
) -> None:
    browser.send(*slices(as_live(tone(40)), 20))
    browser.seal()
    del store.objects[sorted(store.objects)[10]]

    assemble(browser)

    assert load(browser).duration_ms > 30_000
    codes = {each["code"] for each in recording_of(browser).recording.manifest["warnings"]}
    assert "audio_missing" in codes


def test_a_header_lost_after_the_seal_is_taken_from_its_row(
    browser: Browser, assemble: Assemble, load: Load, store: MemoryStore
) -> None:
    browser.send(*slices(as_live(tone(3)), 5))
    browser.seal()
    del store.objects[min(store.objects)]

    assemble(browser)

    assert abs(load(browser).duration_ms - 3_000) < 50
