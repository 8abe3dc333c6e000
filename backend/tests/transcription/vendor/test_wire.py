"""What goes over the wire, and what of an error comes back up."""

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import assemblyai
import httpx
import numpy as np
import pytest
from assemblyai.types import TranscriptError

from scribe.core.settings import VendorSettings
from scribe.recordings.playback import SealedAudio, UnsealedFile
from scribe.transcription.engines.assemblyai import faults
from scribe.transcription.engines.assemblyai.engine import AssemblyAI
from scribe.transcription.engines.remote import FailureKind, RemoteFailed, RemoteRequest
from tests.emulators.assemblyai.program import Emulator
from tests.fixtures.fakes import MemoryStore
from tests.fixtures.sealing import sealed

KEY = bytes(32)
BODY = bytes(range(251)) * 20_000


class Kept(MemoryStore):
    """Remembers how much was asked for at once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        part = super().get(key, start, end)
        self.asked.append(len(part))
        return part


class Recorded:
    """A stored recording, as an engine gets it."""

    duration_ms, mime_type = 1_000, "audio/webm"

    def __init__(self, store: MemoryStore) -> None:
        store.put("a", sealed(KEY, BODY, "a"))
        self.audio = SealedAudio(store, KEY, "a", len(store.objects["a"]))

    def samples(self) -> np.ndarray:
        raise AssertionError("it is sent as a file")

    def opened(self, progress: Callable[[float], None] | None = None) -> io.RawIOBase:
        return UnsealedFile(self.audio, progress)


@pytest.fixture
def door() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that notes the headers of what it gets, and takes everything."""
    came: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append({name.lower(): value for name, value in self.headers.items()})
            left = int(self.headers.get("content-length", 0))
            while left:
                left -= len(self.rfile.read(min(left, 65_536)))
            body = b'{"upload_url": "https://cdn.assemblyai.com/upload/x"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()


def engine_at(url: str, key: str = "the-key") -> AssemblyAI:
    return AssemblyAI(VendorSettings(assemblyai_api_key=key, assemblyai_base_url=url).account("us"))


def test_an_upload_has_a_known_length_and_the_raw_key_and_holds_a_megabyte_at_a_time(
    door: tuple[str, list[dict[str, str]]],
) -> None:
    (url, came), store, told = door, Kept(), list[float]()

    engine_at(url).upload(Recorded(store), told.append)

    (headers,) = came
    assert headers["content-length"] == str(len(BODY))
    assert "transfer-encoding" not in headers
    assert headers["authorization"] == "the-key"
    assert "AssemblyAI" in headers["user-agent"]
    assert max(store.asked) < 1.1 * 1024**2
    # Nothing is fetched twice.
    assert sum(store.asked) == len(store.objects["a"])
    assert (told == sorted(told), told[-1]) == (True, 1.0)


def test_what_is_read_is_what_was_sealed_wherever_it_is_read_from() -> None:
    file = Recorded(MemoryStore()).opened()

    assert file.seek(0, io.SEEK_END) == len(BODY)
    assert file.read(10) == b""
    file.seek(1024**2 - 5)
    assert file.read(100_000) == BODY[1024**2 - 5 : 1024**2]
    file.seek(0)
    assert file.read() == BODY


def test_neither_a_proxy_of_the_environment_nor_the_sdks_globals_lead_elsewhere(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setattr(assemblyai.settings, "api_key", "another-key")
    monkeypatch.setattr(assemblyai.settings, "base_url", "http://127.0.0.1:1")
    monkeypatch.setenv("ASSEMBLYAI_HTTP_TIMEOUT", "0.0001")

    engine_at(emulator.url, emulator.key).probe()

    (call,) = emulator.requests()
    assert (call["kind"], call["status"]) == ("list", 200)


def test_no_text_of_the_vendor_comes_up_with_an_error(emulator: Emulator) -> None:
    secret = "https://cdn.assemblyai.com/upload/secret says Persephone"
    emulator.script({"on": ["submit", "get"], "do": {"answer": {"status": 400, "json": {"error": secret}}}, "times": 9})
    engine = engine_at(emulator.url, emulator.key)

    for act in (
        lambda: engine.submit(
            "https://cdn.assemblyai.com/upload/secret", RemoteRequest("en", ("universal-2",), (), None)
        ),
        lambda: engine.look("x", language="en"),
    ):
        with pytest.raises(RemoteFailed) as caught:
            act()
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


@pytest.mark.parametrize("part", [{"words": ["Aspirin"]}, {"metadata": "medical"}, {"speech_understanding": ["role"]}])
def test_a_finished_transcript_of_another_shape_is_a_bad_answer_and_no_error_of_ours(
    emulator: Emulator, part: dict[str, object]
) -> None:
    done = {
        "id": "x",
        "status": "completed",
        "audio_url": "https://a/b",
        "text": "Aspirin",
        "audio_duration": 1,
        **part,
    }
    emulator.script({"on": "get", "do": {"answer": {"status": 200, "json": done}}})

    with pytest.raises(RemoteFailed) as caught:
        engine_at(emulator.url, emulator.key).look("x", language="en")

    assert (caught.value.kind, caught.value.code) == (FailureKind.UNREACHABLE, "bad_answer")


def test_an_id_that_is_none_is_never_made_an_address(emulator: Emulator) -> None:
    with pytest.raises(RemoteFailed):
        engine_at(emulator.url, emulator.key).look("../upload?x=", language="en")

    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (401, "Authentication error, API token missing/invalid", FailureKind.KEY_REFUSED),
        (403, "Forbidden", FailureKind.KEY_REFUSED),
        (403, "Cannot access uploaded file", FailureKind.UPLOAD_LOST),
        (400, "Your current account balance is negative. Please top up.", FailureKind.BALANCE),
        (400, '"speech_models" must be a non-empty list', FailureKind.REFUSED),
        (413, "Request Entity Too Large", FailureKind.REFUSED),
        (429, "Too Many Requests", FailureKind.BUSY),
        (500, "Server error, developers have been alerted.", FailureKind.UNREACHABLE),
        (503, "<html>", FailureKind.UNREACHABLE),
        (202, "", FailureKind.UNREACHABLE),
    ],
)
def test_an_error_is_known_by_what_it_means(status: int, text: str, kind: FailureKind) -> None:
    found = faults.explained(TranscriptError(text, status), None, may_have_acted=False)

    assert found.kind == kind


@pytest.mark.parametrize("error", [httpx.ReadTimeout(""), httpx.RemoteProtocolError(""), ValueError(""), KeyError("")])
def test_what_may_have_been_done_is_told_from_what_was_not(error: Exception) -> None:
    assert faults.explained(error, None, may_have_acted=True).kind == FailureKind.UNCERTAIN
    assert faults.explained(error, None, may_have_acted=False).kind == FailureKind.UNREACHABLE
    assert faults.explained(httpx.ConnectError(""), None, may_have_acted=True).kind == FailureKind.UNREACHABLE
