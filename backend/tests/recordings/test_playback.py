"""Listening: ranges, peaks, who may, and every look on record."""

import io

import av
import pytest
from fastapi.testclient import TestClient

from scribe.db.session import clinic_session
from scribe.recordings import playback
from scribe.recordings.keeping import Vault, audio_key_of
from scribe.recordings.models import RecordingState
from tests.fixtures.fakes import MemoryStore
from tests.fixtures.sealing import sealed
from tests.recordings.conftest import Browser, Events, RecordingOf
from tests.recordings.media import encoded, noise

BODY = encoded(noise(40))


@pytest.fixture
def assembled(browser: Browser, recording_of: RecordingOf, vault: Vault, store: MemoryStore) -> Browser:
    """A recording as assembly leaves it, long enough for several sealed segments."""
    held = recording_of(browser)
    key = held.place.audio_key(1)
    store.objects[key] = sealed(audio_key_of(held.data_key), BODY, key)
    with clinic_session(vault.factory, held.recording.clinic_id) as session:
        recording = session.merge(held.recording)
        recording.state, recording.audio_key, recording.audio_mime_type = RecordingState.ASSEMBLED, key, "audio/webm"
        recording.audio_bytes, recording.duration_ms, recording.peaks = len(store.objects[key]), 40_000, [0.5] * 2_000
    return browser


def _audio(browser: Browser, client: TestClient | None = None, **headers: str):
    return (client or browser.client).get(f"/api/recordings/{browser.recording_id}/audio", headers=headers)


def test_the_whole_plays(assembled: Browser) -> None:
    answer = _audio(assembled)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/webm"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(answer.content) == int(answer.headers["content-length"]) > 3 * 65_536
    with av.open(io.BytesIO(answer.content)) as container:
        assert abs(container.duration / 1e6 - 40) < 0.1


@pytest.mark.parametrize(
    ("asked", "cut"),
    [
        ("bytes=0-", slice(0, None)),
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100-199", slice(100, 200)),
        ("bytes=65530-65540", slice(65_530, 65_541)),
        ("bytes=131072-200000", slice(131_072, 200_001)),
        ("bytes=-10", slice(-10, None)),
        ("bytes=100000-99999999", slice(100_000, None)),
        ("bytes=-99999999", slice(0, None)),
    ],
)
def test_a_part_plays(assembled: Browser, asked: str, cut: slice) -> None:
    whole = _audio(assembled).content

    answer = _audio(assembled, Range=asked)

    start, end, _ = cut.indices(len(whole))
    assert answer.status_code == 206
    assert answer.content == whole[cut]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(whole)}"
    assert int(answer.headers["content-length"]) == end - start


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_that_does_not_exist_is_416(assembled: Browser, asked: str) -> None:
    answer = _audio(assembled, Range=asked)

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.json()["details"]["size"] > 0


@pytest.mark.parametrize("asked", ["bytes=5-2", "items=0-1", "bytes=0-1,5-6", "bytes=-", "nonsense"])
def test_a_range_that_is_none_gives_the_whole(assembled: Browser, asked: str) -> None:
    assert _audio(assembled, Range=asked).status_code == 200


def test_a_part_of_another_version_is_not_given(assembled: Browser) -> None:
    version = _audio(assembled).headers["etag"]

    assert _audio(assembled, Range="bytes=0-9", **{"If-Range": version}).status_code == 206
    assert _audio(assembled, Range="bytes=0-9", **{"If-Range": '"other"'}).status_code == 200


def test_only_the_sealed_segments_of_the_range_are_fetched(
    assembled: Browser, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []
    get = store.get

    def noted(key: str, start: int = 0, end: int | None = None) -> bytes:
        part = get(key, start, end)
        fetched.append(len(part))
        return part

    monkeypatch.setattr(store, "get", noted)
    _audio(assembled, Range="bytes=70000-70009")

    assert fetched == [65_536 + 28]


def test_head_describes_and_hands_out_nothing(assembled: Browser) -> None:
    answer = assembled.client.head(f"/api/recordings/{assembled.recording_id}/audio")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


def test_peaks_are_given(assembled: Browser) -> None:
    answer = assembled.client.get(f"/api/recordings/{assembled.recording_id}/peaks").json()

    assert abs(answer["duration_ms"] - 40_000) < 100
    assert len(answer["peaks"]) <= 2_000
    assert all(0 <= peak <= 1 for peak in answer["peaks"])


def test_every_look_is_one_event(assembled: Browser, events: Events) -> None:
    before = len(events())

    _audio(assembled, Range="bytes=0-9")
    _audio(assembled, Range="bytes=99999999-")
    assembled.client.get(f"/api/recordings/{assembled.recording_id}/peaks")
    assembled.client.head(f"/api/recordings/{assembled.recording_id}/audio")

    found = events()[before:]
    assert [event.action for event in found] == ["recording.listened", "recording.peaks_read", "recording.read"]
    assert (found[0].detail["first_byte"], found[0].detail["end_byte"]) == (0, 10)


def test_an_admin_of_the_clinic_may_listen(assembled: Browser, as_admin: TestClient) -> None:
    assert _audio(assembled, as_admin).status_code == 200


@pytest.mark.parametrize("path", ["audio", "peaks"])
@pytest.mark.parametrize(("who", "status"), [("client", 401), ("as_colleague", 404), ("as_stranger", 404)])
def test_others_may_not(assembled: Browser, request: pytest.FixtureRequest, path: str, who: str, status: int) -> None:
    other: TestClient = request.getfixturevalue(who)

    assert other.get(f"/api/recordings/{assembled.recording_id}/{path}").status_code == status


@pytest.mark.parametrize("path", ["audio", "peaks"])
def test_before_assembly_there_is_nothing_to_hear(browser: Browser, path: str) -> None:
    answer = browser.client.get(f"/api/recordings/{browser.recording_id}/{path}")

    assert (answer.status_code, answer.json()["code"]) == (409, "audio_not_ready")


def test_a_range_of_nothing_is_not_satisfiable() -> None:
    with pytest.raises(playback.RangeNotSatisfiable):
        playback.asked_for("bytes=0-", 0)
