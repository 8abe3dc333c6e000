"""From sealed chunks to one file that plays: every kind of audio, and many segments."""

import io

import av
import numpy as np
import pytest

from scribe.consultations import pipeline
from scribe.consultations.models import Stage
from scribe.db.session import clinic_session
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Assemble, Browser, Load, RecordingOf
from tests.recordings.media import KINDS, a_file, as_live, encoded, slices, tone


def loudest_hertz(samples: np.ndarray, rate: int = 16_000) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_audio_becomes_one_that_plays(
    browser: Browser, assemble: Assemble, load: Load, kind: str
) -> None:
    browser.send(*slices(a_file(kind, seconds=3, hertz=600), 5))
    browser.seal()

    assemble(browser)

    loaded = load(browser)
    samples = loaded.samples()
    assert abs(loaded.duration_ms - 3000) < 100
    assert abs(len(samples) / 16_000 - 3) < 0.1
    assert samples.dtype == np.float32
    assert abs(loudest_hertz(samples[8_000:40_000]) - 600) < 3
    with av.open(loaded.opened()) as container:
        assert abs(container.duration / 1e6 - 3) < 0.1
        assert container.format.name == "matroska,webm"


def test_a_capture_without_duration_gets_one_and_can_be_sought(
    browser: Browser, assemble: Assemble, load: Load
) -> None:
    live = as_live(tone(40))
    with av.open(io.BytesIO(live)) as container:
        assert container.duration is None
    browser.send(*slices(live, 40))
    browser.seal()

    assemble(browser)

    body = load(browser).opened().read()
    assert b"\x1c\x53\xbb\x6b" in body  # the Cues element
    with av.open(io.BytesIO(body)) as container:
        container.seek(30_000_000)
        first = next(container.decode(audio=0))
        assert 24 <= first.time <= 30


def test_the_recording_and_the_consultation_are_measured(
    browser: Browser, assemble: Assemble, recording_of: RecordingOf
) -> None:
    browser.send(*slices(as_live(tone(5)), 5))
    browser.seal(wall_clock_ms=5_200)

    work = assemble(browser)

    held = recording_of(browser)
    assert held.recording.state == "assembled"
    assert abs(held.recording.duration_ms - 5_000) < 50
    assert held.consultation.duration_ms == held.recording.duration_ms
    assert (held.consultation.ended_at - held.consultation.started_at).total_seconds() == pytest.approx(5.2)
    assert work.told[-1] == 1
    assert held.recording.manifest["warnings"] == []


def test_segments_are_joined_in_order_and_gaps_closed(
    browser: Browser, assemble: Assemble, load: Load, recording_of: RecordingOf
) -> None:
    for segment, hertz in enumerate((300, 600, 900)):
        browser.send(*slices(as_live(tone(2, hertz)), 3), segment=segment)
    offsets = browser.list()["segments"]
    for number, offset in enumerate((0, 2_000, 60_000)):
        offsets[number]["offset_ms"] = offset
    gap = {"kind": "paused", "start_ms": 4_000, "end_ms": 60_000}
    browser.seal(segments=offsets, gaps=[gap], wall_clock_ms=62_000)

    assemble(browser)

    samples = load(browser).samples()
    assert [round(loudest_hertz(samples[at : at + 16_000]), -1) for at in (8_000, 40_000, 72_000)] == [300, 600, 900]
    manifest = recording_of(browser).recording.manifest
    assert manifest["warnings"] == []
    assert [each["recorded_from_ms"] for each in manifest["timeline"]] == pytest.approx([0, 2_000, 60_000], abs=60)
    assert [round(each["audio_start_ms"], -2) for each in manifest["timeline"]] == [0, 2_000, 4_000]


def test_marked_moments_are_found_in_the_file_though_pauses_are_left_out(browser: Browser, assemble: Assemble) -> None:
    for segment in range(2):
        browser.send(*slices(as_live(tone(2)), 3), segment=segment)
    segments = browser.list()["segments"]
    segments[1]["offset_ms"] = 60_000
    gap = {"kind": "paused", "start_ms": 2_000, "end_ms": 60_000}
    before_pause, in_pause, after_pause, past_the_end = 500, 30_000, 61_200, 10**9
    browser.seal(
        segments=segments,
        gaps=[gap],
        marks=[past_the_end, before_pause, after_pause, in_pause],
        wall_clock_ms=62_000,
    )

    assemble(browser)

    marks = browser.client.get(f"/api/recordings/{browser.recording_id}/peaks").json()["marks_ms"]
    assert marks == pytest.approx([500, 2_000, 3_200, 4_000], abs=60)


def test_what_two_segments_both_hold_is_kept_once(browser: Browser, assemble: Assemble, load: Load) -> None:
    whole = np.concatenate([tone(1, hertz) for hertz in (300, 500, 700, 900)])
    browser.send(as_live(whole[: 3 * 48_000]))
    browser.send(as_live(whole[2 * 48_000 :]), segment=1)
    segments = browser.list()["segments"]
    segments[1]["offset_ms"] = 2_000
    browser.seal(segments=segments)

    assemble(browser)

    samples = load(browser).samples()
    assert abs(len(samples) / 16_000 - 4) < 0.1
    heard = [round(loudest_hertz(samples[n * 16_000 + 2_000 : n * 16_000 + 14_000]), -1) for n in range(4)]
    assert heard == [300, 500, 700, 900]


def test_offsets_that_nobody_set_lose_nothing(browser: Browser, assemble: Assemble, load: Load) -> None:
    browser.send(as_live(tone(2)))
    browser.send(as_live(tone(2)), segment=1)
    browser.seal()

    assemble(browser)

    assert abs(load(browser).duration_ms - 4_000) < 50


def test_segments_of_different_kinds_are_joined(browser: Browser, assemble: Assemble, load: Load) -> None:
    browser.send(as_live(tone(2, 300)))
    browser.send(a_file("mp4", 2, 900), segment=1)
    browser.seal()

    assemble(browser)

    samples = load(browser).samples()
    assert abs(len(samples) / 16_000 - 4) < 0.15
    assert [round(loudest_hertz(samples[at : at + 16_000]), -1) for at in (8_000, 40_000)] == [300, 900]


def test_mono_and_stereo_segments_are_joined(browser: Browser, assemble: Assemble, load: Load) -> None:
    browser.send(encoded(tone(2, 300)))
    browser.send(encoded(tone(2, 900), channels=2), segment=1)
    browser.seal()

    assemble(browser)

    samples = load(browser).samples()
    assert [round(loudest_hertz(samples[at : at + 16_000]), -1) for at in (8_000, 40_000)] == [300, 900]


@pytest.mark.parametrize(("wall_clock_ms", "is_said"), [(3_000, False), (3_900, False), (9_000, True), (1_000, True)])
def test_a_clock_that_disagrees_is_said(
    browser: Browser, assemble: Assemble, recording_of: RecordingOf, wall_clock_ms: int, *, is_said: bool
) -> None:
    browser.send(as_live(tone(3)))
    browser.seal(wall_clock_ms=wall_clock_ms)

    assemble(browser)

    codes = [each["code"] for each in recording_of(browser).recording.manifest["warnings"]]
    assert codes == (["clock_drift"] if is_said else [])


def test_assembling_again_replaces_the_file(
    browser: Browser, assemble: Assemble, store: MemoryStore, recording_of: RecordingOf, vault, doctor
) -> None:
    browser.send(as_live(tone(3)))
    browser.seal()
    assemble(browser)
    first = recording_of(browser).recording.audio_key
    with clinic_session(vault.factory, doctor.clinic_id) as session:
        held = recording_of(browser)
        pipeline.request(session, session.merge(held.consultation), Stage.ASSEMBLE)

    assemble(browser)

    second = recording_of(browser).recording.audio_key
    assert first != second
    assert first not in store.objects
    assert second in store.objects


def test_peaks_follow_the_loudness(browser: Browser, assemble: Assemble, recording_of: RecordingOf) -> None:
    browser.send(as_live(np.concatenate([tone(10, loudness=0.1), tone(10, loudness=0.8)])))
    browser.seal()

    assemble(browser)

    peaks = recording_of(browser).recording.peaks
    half = len(peaks) // 2
    assert 1_900 <= len(peaks) <= 2_000
    assert np.median(peaks[:half]) == pytest.approx(0.1, abs=0.03)
    assert np.median(peaks[half:]) == pytest.approx(0.8, abs=0.05)
