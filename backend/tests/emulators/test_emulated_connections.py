"""Group 5: connections that break, stall and fall silent, as the unmodified SDK sees them."""

import io

import assemblyai as aai
import httpx
import pytest

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import sdk_for

# More than the kernel holds for a reader that has stopped.
LARGE = 24 * 1024 * 1024


def test_a_connection_that_is_reset_in_the_middle_of_an_upload(
    emulator: Emulator, sdk: aai.Client, visit: bytes
) -> None:
    emulator.script({"on": "upload", "do": "reset_mid_upload"})

    # Which one it is depends on what the kernel held when the reset came.
    with pytest.raises((httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError)):
        aai.Transcriber(client=sdk).upload_file(io.BytesIO(bytes(LARGE)))

    assert emulator.uploads() == []
    assert aai.Transcriber(client=sdk).upload_file(visit).startswith("https://cdn.assemblyai.com/upload/")


def test_a_reader_that_stalls(emulator: Emulator) -> None:
    emulator.script({"on": "upload", "do": "stalled_reader"})

    with pytest.raises(httpx.WriteTimeout):
        aai.Transcriber(client=sdk_for(emulator, emulator.key, http_timeout=0.5)).upload_file(io.BytesIO(bytes(LARGE)))

    assert emulator.uploads() == []


@pytest.mark.parametrize(("scene", "status"), [("too_large_early", 413), ("forbidden_early", 403)])
def test_an_answer_before_the_body_was_read(emulator: Emulator, sdk: aai.Client, scene: str, status: int) -> None:
    emulator.script({"on": "upload", "do": scene})

    with pytest.raises(aai.TranscriptError) as refused:
        aai.Transcriber(client=sdk).upload_file(io.BytesIO(bytes(LARGE)))

    assert refused.value.status_code == status
    assert emulator.uploads() == []


def test_an_answer_that_never_comes_leaves_an_orphan(emulator: Emulator, visit: bytes) -> None:
    emulator.script({"on": "submit", "do": "done_but_silent"})
    impatient = sdk_for(emulator, emulator.key, http_timeout=0.5)

    with pytest.raises(httpx.ReadTimeout):
        aai.Transcriber(client=impatient).submit(visit)

    (orphan,) = emulator.jobs()
    assert (orphan["was_told"], emulator.settled(orphan["id"])["status"]) == (False, "completed")


@pytest.mark.parametrize(
    ("scene", "error"),
    [("done_but_reset", (httpx.ReadError, httpx.RemoteProtocolError)), ("done_but_500", aai.TranscriptError)],
)
def test_other_ways_to_an_orphan(
    emulator: Emulator, sdk: aai.Client, visit: bytes, scene: str, error: type[Exception]
) -> None:
    emulator.script({"on": "submit", "do": scene})

    with pytest.raises(error):
        aai.Transcriber(client=sdk).submit(visit)

    (orphan,) = emulator.jobs()
    assert not orphan["was_told"]
    assert orphan["audio_url"] == emulator.uploads()[0]["upload_url"]


def test_a_submit_that_is_never_answered_and_never_done(emulator: Emulator, visit: bytes) -> None:
    emulator.script({"on": "submit", "do": "no_answer"})
    impatient = sdk_for(emulator, emulator.key, http_timeout=0.5)

    with pytest.raises(httpx.ReadTimeout):
        aai.Transcriber(client=impatient).submit(visit)

    assert emulator.jobs() == []


def test_a_poll_that_is_reset_does_not_hurt_the_job(emulator: Emulator, sdk: aai.Client, visit: bytes) -> None:
    emulator.script({"on": "get", "do": "reset"})
    transcript = aai.Transcriber(client=sdk).submit(visit)

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        transcript.wait_for_completion()

    assert transcript.wait_for_completion().status == aai.TranscriptStatus.completed


def test_a_client_that_goes_away_in_the_middle_leaves_nothing(emulator: Emulator, http: httpx.Client) -> None:
    def broken() -> object:
        yield bytes(100_000)
        raise RuntimeError("the tab was closed")

    with pytest.raises(RuntimeError):
        http.post("/v2/upload", content=broken())  # type: ignore[arg-type]

    assert http.get("/v2/transcript").status_code == 200
    assert emulator.uploads() == []


def test_a_fault_can_be_for_one_recording_only(emulator: Emulator, http: httpx.Client, visit: bytes) -> None:
    emulator.script({"on": "upload", "match": {"size": len(visit)}, "times": None, "do": "server_error"})

    assert http.post("/v2/upload", content=visit).status_code == 500
    assert http.post("/v2/upload", content=visit + b" ").status_code == 200
