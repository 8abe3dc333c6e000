"""Group 15, the happy part: the unmodified SDK streams, and is told the words of what it sent."""

import hashlib
import io
from typing import Any

import av
import httpx
import numpy as np
import pytest
from assemblyai.streaming.v3 import (
    BeginEvent,
    RealTimeSessionParameters,
    RealTimeTranscriber,
    RealTimeTranscriberOptions,
    SpeechStartedEvent,
    TerminationEvent,
    TurnEvent,
)

from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import VISIT
from tests.emulators.streaming_client import Streamed, chunks, pcm
from tests.recordings import media


@pytest.fixture
def unhurried(emulator: Emulator) -> Emulator:
    """Takes audio as fast as a test sends it."""
    emulator.set(stream_ahead_s=None)
    return emulator


def test_a_session_goes_from_begin_over_turns_to_termination(unhurried: Emulator) -> None:
    session = Streamed(unhurried, speech_model="universal-3-5-pro", domain="medical-v1", speaker_labels=True)

    session.send(pcm(VISIT)).finish()

    kinds = [type(event) for event in session.events]
    assert (kinds[0], kinds[-1]) == (BeginEvent, TerminationEvent)
    assert session.said() == list(VISIT)
    assert session.of(BeginEvent)[0].configuration.model == "universal-3-5-pro"
    assert len(session.of(SpeechStartedEvent)) == len(VISIT)
    words = [word for turn in session.of(TurnEvent) if turn.end_of_turn for word in turn.words]
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert {word.speaker for word in words} == {"A", "B"}


def test_there_are_partial_turns_of_the_same_number_before_a_turn_ends(unhurried: Emulator) -> None:
    words = [{"text": text, "start": n * 400, "end": n * 400 + 300} for n, text in enumerate("one two three".split())]
    unhurried.refer(stream=1, words=words, duration_ms=2000)

    session = Streamed(unhurried, speech_model="universal-3-5-pro")
    session.send(bytes(32_000 * 2)).finish()

    told = [(turn.turn_order, turn.transcript, turn.end_of_turn) for turn in session.of(TurnEvent)]
    assert told == [
        (0, "one", False),
        (0, "one two", False),
        (0, "one two three", False),
        (0, "one two three", True),
    ]


def test_the_old_model_tells_the_end_of_a_turn_unformatted_and_then_formatted(unhurried: Emulator) -> None:
    session = Streamed(unhurried, speech_model="universal-streaming-english", format_turns=True)

    session.send(pcm(VISIT[1:2])).finish()

    ends = [(turn.transcript, turn.turn_is_formatted) for turn in session.of(TurnEvent) if turn.end_of_turn]
    assert ends == [
        ("i've had a sore throat for three days doctor", False),
        ("I've had a sore throat for three days, doctor.", True),
    ]


def test_what_came_is_counted_and_a_session_says_how_it_ended(unhurried: Emulator) -> None:
    sent = b"".join(chunks(pcm(VISIT)))

    Streamed(unhurried, speech_model="universal-3-5-pro").send(sent).finish()
    Streamed(unhurried, speech_model="universal-3-5-pro").client.disconnect(terminate=False)

    ended, left = unhurried.settled_sessions()
    assert (ended["is_terminated"], ended["close_code"]) == (True, 1000)
    assert (ended["size"], ended["sha256"]) == (len(sent), hashlib.sha256(sent).hexdigest())
    assert ended["audio_ms"] == len(sent) / 32
    assert ended["turns"] == [text for _, text in VISIT]
    assert (left["is_terminated"], left["is_open"]) == (False, False)


def test_the_node_style_of_parameters_is_read_too(unhurried: Emulator) -> None:
    session = Streamed(unhurried, speech_model="universal-3-5-pro", keyterms_prompt=["lisinopril"])
    session.finish()
    assert unhurried.sessions()[0]["params"]["keyterms_prompt"] == '["lisinopril"]'


def test_an_endpoint_can_be_forced_and_the_configuration_changed(unhurried: Emulator) -> None:
    words = [{"text": text, "start": n * 400, "end": n * 400 + 300} for n, text in enumerate("one two three".split())]
    unhurried.refer(stream=1, words=words, duration_ms=2000)
    session = Streamed(unhurried, speech_model="universal-3-5-pro")

    session.send(bytes(32 * 800))
    session.client.force_endpoint()
    session.client.keep_alive()
    session.client.set_params(RealTimeSessionParameters(min_turn_silence=200, keyterms_prompt=["x"]))
    session.send(bytes(32 * 600)).finish()

    assert [text for _, text in session.said()] == ["one two", "three"]


def test_a_reference_can_be_for_the_stream_that_begins_with_these_bytes(unhurried: Emulator) -> None:
    # The first 0.3 s are silent in both.
    first, count = b"".join(chunks(pcm(VISIT))[:4]), 16_000
    words = [{"text": "Known.", "start": 100, "end": 150, "speaker": "B"}]
    unhurried.refer(stream_prefix=[count, hashlib.sha256(first[:count]).hexdigest()], words=words, duration_ms=200)
    unknown = pcm([("C", "Something else.")])

    known = Streamed(unhurried, speech_model="universal-3-5-pro", speaker_labels=True).send(first).finish()
    other = Streamed(unhurried, speech_model="universal-3-5-pro", speaker_labels=True).send(unknown).finish()

    assert known.said() == [("B", "Known.")]
    assert other.said() == [("C", "Something else.")]


def test_a_second_session_hears_what_the_first_did_not_get(unhurried: Emulator) -> None:
    whole = chunks(pcm(VISIT))
    unhurried.script({"on": "stream", "do": {"drop": True, "at_ms": 5000}})

    first = Streamed(unhurried, speech_model="universal-3-5-pro", speaker_labels=True)
    first.send(b"".join(whole[: 5000 // 200]))
    first.error()
    second = Streamed(unhurried, speech_model="universal-3-5-pro", speaker_labels=True)
    second.send(b"".join(whole[5000 // 200 :])).finish()

    assert first.said() == [VISIT[0]]
    assert second.said()[-1] == VISIT[2]


@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_other_rates_are_heard(unhurried: Emulator, rate: int) -> None:
    session = Streamed(unhurried, speech_model="universal-3-5-pro", sample_rate=rate, speaker_labels=True)

    session.send(pcm(VISIT[:1], rate), rate).finish()

    assert session.said() == [VISIT[0]]


def ogg(turns: Any) -> bytes:
    return media.encoded(whistles.say(turns, rate=media.RATE), "ogg")


def test_ogg_opus_is_heard(unhurried: Emulator) -> None:
    session = Streamed(
        unhurried, speech_model="universal-3-5-pro", encoding="ogg_opus", sample_rate=None, speaker_labels=True
    )
    body = ogg(VISIT[:1])

    session.client.stream([body[at : at + 2000] for at in range(0, len(body), 2000)])
    session.finish()

    assert session.said() == [VISIT[0]]


def test_opus_packets_are_heard(unhurried: Emulator) -> None:
    session = Streamed(
        unhurried, speech_model="universal-3-5-pro", encoding="opus", sample_rate=None, speaker_labels=True
    )
    with av.open(io.BytesIO(ogg(VISIT[:1]))) as container:
        packets = [bytes(packet) for packet in container.demux(audio=0) if packet.size]

    session.client.stream(packets)
    session.finish()

    assert session.said() == [VISIT[0]]


def test_mu_law_is_heard(unhurried: Emulator) -> None:
    samples = whistles.say(VISIT[:1], rate=16_000)
    coded = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log1p(255)
    # G.711 turns all bits around: sign and size, eight bits.
    body = ((~np.where(coded < 0, 0x80, 0).astype(np.uint8)) ^ np.round(np.abs(coded) * 127).astype(np.uint8)).tobytes()
    session = Streamed(unhurried, speech_model="universal-3-5-pro", encoding="pcm_mulaw", speaker_labels=True)

    session.client.stream([body[at : at + 3200].ljust(3200, b"\xff") for at in range(0, len(body), 3200)])
    session.finish()

    assert session.said() == [VISIT[0]]


def test_a_token_opens_sessions_again_and_again_and_caps_them(
    unhurried: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", unhurried.certificate)
    options = RealTimeTranscriberOptions(api_host=unhurried.tls_host, api_key=unhurried.key)

    token = RealTimeTranscriber(options).create_temporary_token(60, max_session_duration_seconds=60)
    sessions = [
        Streamed(unhurried, token=token, speech_model="universal-3-5-pro").send(pcm(VISIT[:1])).finish()
        for _ in range(2)
    ]

    assert [session.said()[0][1] for session in sessions] == [VISIT[0][1]] * 2
    assert len(token) > 2000


@pytest.mark.parametrize("query", ["", "expires_in_seconds=0", "expires_in_seconds=601", "expires_in_seconds=x"])
def test_a_token_has_bounds(http: httpx.Client, query: str) -> None:
    assert http.get(f"/v3/token?{query}").status_code == 400
