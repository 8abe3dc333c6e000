"""Group 15, the rest: what goes wrong with streams, as the unmodified SDK sees it."""

import contextlib
import json
from urllib.parse import quote

import pytest
from assemblyai.streaming.v3 import BeginEvent, RealTimeError, TerminationEvent, TurnEvent, WarningEvent
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import VISIT
from tests.emulators.streaming_client import Streamed, pcm

U3 = "universal-3-5-pro"


@pytest.fixture(autouse=True)
def unhurried(emulator: Emulator) -> None:
    """Takes audio as fast as a test sends it, where the test is of something else."""
    emulator.set(stream_ahead_s=None)


def closed(emulator: Emulator, *messages: str | bytes, key: str | None = None, query: str = "") -> tuple[int, str, str]:
    """What ends a bare session: the close's code and reason, and the error that was told before."""
    headers = {"Authorization": key} if key else {}
    url = f"{emulator.ws_url}/v3/ws?{query or f'sample_rate=16000&speech_model={U3}'}"
    told = ""
    with connect(url, additional_headers=headers) as line:
        with contextlib.suppress(ConnectionClosedError):
            for message in messages:
                line.send(message)
        with contextlib.suppress(ConnectionClosedError):
            while True:
                frame = json.loads(line.recv(timeout=30))
                told = frame.get("error", told)
    assert line.close_code is not None
    return line.close_code, line.close_reason or "", told


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (None, "Unauthorized Connection: Missing Authorization header"),
        ("not-a-key", "Unauthorized Connection: Invalid API key"),
        ("Bearer emulator-key", "Unauthorized Connection: Invalid API key"),
    ],
)
def test_a_wrong_key_is_told_after_the_upgrade(emulator: Emulator, key: str | None, error: str) -> None:
    assert closed(emulator, key=key) == (1008, "See Error message for details", error)
    assert not emulator.sessions()[0]["has_begun"]


def test_the_sdk_fires_one_error_and_connect_does_not_raise(emulator: Emulator) -> None:
    session = Streamed(emulator, key="not-a-key")

    assert str(session.error()) == "Unauthorized Connection: Invalid API key"
    session.client.disconnect()
    assert len(session.of(RealTimeError)) == 1


def test_an_account_without_money_is_told_after_the_upgrade(emulator: Emulator) -> None:
    emulator.put_key(emulator.key, balance=-1)

    assert closed(emulator, key=emulator.key)[0] == 1008


@pytest.mark.parametrize(
    ("scene", "code", "has_begun"),
    [
        ("stream_key_refused", 1008, False),
        ("stream_broke", 1008, False),
        ("stream_too_many", 3009, False),
        ("stream_cancelled", 3005, True),
        ("stream_violation", 3007, True),
        ("stream_expired", 3008, True),
    ],
)
def test_the_vendor_can_end_a_session_with_a_code(
    emulator: Emulator, scene: str, code: int, *, has_begun: bool
) -> None:
    emulator.script({"on": "stream", "do": scene})

    session = Streamed(emulator, speech_model=U3).send(pcm(VISIT))

    assert session.error().code == code
    assert bool(session.of(BeginEvent)) is has_begun
    session.client.disconnect()
    (ended,) = emulator.settled_sessions()
    assert ended["close_code"] == code
    assert not ended["is_terminated"]


@pytest.mark.parametrize(("scene", "status"), [("stream_unauthorized", 401), ("stream_unavailable", 503)])
def test_an_upgrade_can_be_refused(emulator: Emulator, scene: str, status: int) -> None:
    emulator.script({"on": "stream", "do": scene})

    session = Streamed(emulator)

    assert session.error().code == status
    assert emulator.sessions() == []
    assert [request["status"] for request in emulator.requests("stream")] == [status]


def test_a_line_can_be_cut_without_a_close(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": "stream_dropped"})

    session = Streamed(emulator, speech_model=U3).send(pcm(VISIT))

    assert session.error().code in (None, 1006)
    assert emulator.settled_sessions()[0]["close_code"] == 1006


def test_begin_can_be_late_or_never_come(emulator: Emulator) -> None:
    emulator.script(
        {"on": "stream", "do": {"begin_after_s": 0.3}, "nth": 1}, {"on": "stream", "do": {"no_begin": True}, "nth": 2}
    )

    late = Streamed(emulator, speech_model=U3)
    assert late.of(BeginEvent) == []
    late.send(pcm(VISIT[:1])).finish()
    never = Streamed(emulator, speech_model=U3).finish()

    assert len(late.of(BeginEvent)) == 1
    assert late.said()[0][1] == VISIT[0][1]
    assert never.of(BeginEvent) == []


def test_termination_can_fail_to_come(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": "stream_no_termination"})
    session = Streamed(emulator, speech_model=U3)
    session.client._options.terminate_timeout = 0.3

    session.send(pcm(VISIT[:1])).finish()

    assert session.of(TerminationEvent) == []
    assert emulator.settled_sessions()[0]["is_terminated"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_malformed_turn_kills_the_sdks_reader_without_an_error(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": "stream_malformed_turn"})
    session = Streamed(emulator, speech_model=U3)
    session.send(pcm(VISIT[:1]))

    session.client._read_thread.join(30)

    assert not session.client._read_thread.is_alive()
    assert session.of(RealTimeError) == session.of(TurnEvent) == []
    session.client.disconnect()


def test_turns_can_be_doubled_and_an_empty_one_can_come_last(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"double_turns": True, "empty_final_turn": True}})

    session = Streamed(emulator, speech_model=U3).send(pcm(VISIT[:1])).finish()

    ends = [(turn.turn_order, turn.turn_is_formatted) for turn in session.of(TurnEvent) if turn.end_of_turn]
    assert ends == [(0, False), (0, True), (1, True)]
    assert [text for _, text in session.said()] == [VISIT[0][1], ""]


def test_a_warning_can_come(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"warning": [1, "Slow network"]}})

    session = Streamed(emulator, speech_model=U3).finish()

    assert [event.warning for event in session.of(WarningEvent)] == ["Slow network"]


@pytest.mark.parametrize("milliseconds", [25, 1010])
def test_a_message_is_neither_too_short_nor_too_long(emulator: Emulator, milliseconds: int) -> None:
    code, _, error = closed(emulator, bytes(32 * milliseconds), key=emulator.key)

    assert code == 3007
    assert error == f"Input duration violation: {milliseconds} ms. Expected between 50 and 1000 ms"


def test_audio_that_comes_faster_than_time_is_refused_beyond_a_tolerance(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"ahead_s": 3}, "times": None})
    second = bytes(32_000)

    Streamed(emulator, speech_model=U3).send(second * 2).finish()
    code, _, error = closed(emulator, *[second] * 30, key=emulator.key)

    assert emulator.sessions()[0]["close_code"] == 1000
    assert code == 3007
    assert error.startswith("Audio Transmission Rate Exceeded: Received ")


def test_without_a_script_ten_seconds_ahead_are_too_much(emulator: Emulator) -> None:
    emulator.set(stream_ahead_s=10)

    assert closed(emulator, *[bytes(32_000)] * 60, key=emulator.key)[0] == 3007


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("{", "Invalid JSON: "),
        ('{"type": "Sing"}', "Invalid Message Type: Sing"),
        ("[]", "Invalid Message Type: None"),
        ('{"type": "UpdateConfiguration", "min_turn_silence": "long"}', "Invalid Message: min_turn_silence"),
    ],
)
def test_a_message_that_is_none_is_refused(emulator: Emulator, message: str, error: str) -> None:
    code, _, told = closed(emulator, message, key=emulator.key)

    assert code == 3006
    assert told.startswith(error)


@pytest.mark.parametrize(
    "query",
    [
        "speech_model=universal-3-5-pro",
        "sample_rate=16000&encoding=mp3",
        "sample_rate=16000&speech_model=best",
        "sample_rate=16000&keyterms_prompt=" + quote(json.dumps(["x"] * 101)),
        "sample_rate=16000&inactivity_timeout=1",
    ],
)
def test_a_session_that_is_asked_for_wrongly_does_not_begin(emulator: Emulator, query: str) -> None:
    assert closed(emulator, key=emulator.key, query=query)[0] == 3006
    assert not emulator.sessions()[0]["has_begun"]


def test_a_silent_client_is_sent_away(emulator: Emulator) -> None:
    query = f"sample_rate=16000&speech_model={U3}&inactivity_timeout=5"

    code, _, error = closed(emulator, key=emulator.key, query=query)

    assert (code, error) == (3005, "Session Cancelled: Inactivity timeout")


def test_there_is_room_for_so_many_sessions_and_no_more(emulator: Emulator) -> None:
    emulator.set(stream_concurrency=1)

    first = Streamed(emulator, speech_model=U3)
    second = closed(emulator, key=emulator.key)
    first.finish()
    third = Streamed(emulator, speech_model=U3).finish()

    assert second[0] == 3009
    assert third.of(RealTimeError) == []
    assert len(emulator.sessions()) == 3
