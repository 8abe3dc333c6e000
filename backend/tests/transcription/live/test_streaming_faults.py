"""Group 15: whatever happens on the vendor's line, each word is on the screen once, and no line stays open."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scribe.core.settings import VendorSettings
from scribe.transcription.engines.assemblyai.streaming import AssemblyAILive, Pace
from scribe.transcription.live.base import LiveRequest
from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.program import Emulator
from tests.transcription.live.conftest import UNHURRIED, Heard, account_of, quiet
from tests.worker.controlling import wait_until

VISIT = [
    ("A", "Good morning. What brings you in?"),
    ("B", "A sore throat for three days."),
    ("A", "Take lisinopril 20 mg."),
]
WORDS = [text for _, text in VISIT]
STEP = 4_000


def _sound() -> np.ndarray:
    return np.concatenate([whistles.say(VISIT, between_turns_s=1.2), quiet(1)])


def _listen(emulator: Emulator, *, pace: Pace = UNHURRIED, finals: int = 3, **request: Any) -> tuple[Heard, Any]:
    """Feed the visit, wait until all of it is said, close."""
    heard = Heard()
    session = AssemblyAILive(account_of(emulator), pace).open(LiveRequest(language="en", **request), heard)
    sound = _sound()
    for at in range(0, len(sound), STEP):
        session.feed(sound[at : at + STEP])
    heard.wait_for(finals)
    session.close()
    return heard, session


def _closed(emulator: Emulator) -> list[dict[str, Any]]:
    """All lines, when none is open any more."""
    return emulator.settled_sessions()


@pytest.mark.parametrize(
    ("deed", "lines"),
    [
        ({"begin_after_s": 0.5}, 1),
        ({"error": [3005, "Session Cancelled: An error occurred"], "at_ms": 2_600}, 2),
        ({"error": [3008, "Session Expired: Maximum session duration exceeded"], "at_ms": 4_000}, 2),
        ({"error": [3007, "Input duration violation: 25 ms. Expected between 50 and 1000 ms"], "at_ms": 900}, 2),
        ({"error": [3009, "Unauthorized Connection: Too many concurrent sessions"], "at_ms": 0}, 2),
        ({"drop": True, "at_ms": 0}, 2),
        ({"drop": True, "at_ms": 3_000}, 2),
        ({"malformed_turn": 1}, 2),
        ({"malformed_turn": 3}, 2),
        ({"double_turns": True}, 1),
        ({"empty_final_turn": True}, 1),
        ({"warning": [1, "Slow network"]}, 1),
    ],
)
def test_every_word_is_said_once_and_every_line_is_closed(emulator: Emulator, deed: dict[str, Any], lines: int) -> None:
    emulator.script({"on": "stream", "do": deed})

    heard, session = _listen(emulator)

    assert heard.said() == WORDS
    closed = _closed(emulator)
    assert len(closed) == lines
    assert closed[-1]["is_terminated"]
    assert [rule["played"] for rule in emulator.rules()] == [1]
    assert session.problem is None


@pytest.mark.parametrize("at_ms", [3_000, 5_200])
def test_no_sample_is_left_out_between_two_lines(emulator: Emulator, at_ms: int) -> None:
    emulator.script({"on": "stream", "do": {"drop": True, "at_ms": at_ms}})
    plain = (np.clip(_sound(), -1, 1) * 32767).astype("<i2").tobytes()

    _, session = _listen(emulator)

    first, second = _closed(emulator)
    assert hashlib.sha256(plain[: first["size"]]).hexdigest() == first["sha256"]
    until = session._sent * 2
    begun = until - second["size"]
    assert hashlib.sha256(plain[begun:until]).hexdigest() == second["sha256"]
    # It begins with what the first one may not have heard to the end.
    assert begun <= first["size"]
    assert len(plain) - until < 2 * 16_000


def test_a_line_that_never_begins_is_given_up_for_another(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"no_begin": True}})

    heard, _ = _listen(emulator, pace=replace(UNHURRIED, begin_seconds=0.4))

    assert heard.said() == WORDS
    assert [each["is_terminated"] for each in _closed(emulator)] == [True, True]


@pytest.mark.parametrize(
    "deed", [{"http": 401}, {"error": [1008, "Unauthorized Connection: Invalid API key"], "at_ms": 0}]
)
def test_a_refused_key_is_said_and_captions_come_back_once_it_is_taken(
    emulator: Emulator, deed: dict[str, Any]
) -> None:
    emulator.script({"on": "stream", "do": deed, "times": 2})
    heard = Heard()
    session = AssemblyAILive(account_of(emulator), UNHURRIED).open(LiveRequest(language="en"), heard)

    assert _until(lambda: session.problem is not None and session.problem.code == "captions_refused")
    session.feed(_sound())
    heard.wait_for(3)

    assert heard.said() == WORDS
    assert session.problem is None
    session.close()
    assert _closed(emulator)[-1]["is_terminated"]


def test_a_vendor_that_stays_away_is_said(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"http": 503}, "times": None})
    session = AssemblyAILive(account_of(emulator), UNHURRIED).open(LiveRequest(language="en"), Heard())

    assert _until(lambda: session.problem is not None and session.problem.code == "captions_unreachable")
    session.close()

    assert emulator.sessions() == []
    assert session.open_seconds == 0


@pytest.mark.parametrize("key", ["", " "])
def test_without_a_key_nothing_is_sent(emulator: Emulator, key: str) -> None:
    session = AssemblyAILive(account_of(emulator, key=key), UNHURRIED).open(LiveRequest(language="en"), Heard())
    session.feed(_sound())

    assert _until(lambda: session.problem is not None)
    session.close()

    assert all(each["size"] == 0 for each in _closed(emulator))


def test_no_last_word_from_the_vendor_leaves_no_line_open(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"no_termination": True}})

    heard, _ = _listen(emulator)

    assert heard.said() == WORDS
    assert [each["is_terminated"] for each in _closed(emulator)] == [True]


def test_sound_runs_ahead_of_time_no_further_than_the_vendor_takes_it(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"ahead_s": 3}, "times": None})

    heard, _ = _listen(emulator, pace=replace(UNHURRIED, ahead_seconds=5.5))

    assert heard.said() == WORDS
    # Too fast once; the next line was half as far ahead.
    assert [each["is_terminated"] for each in _closed(emulator)] == [False, True]


def test_what_had_begun_to_be_said_is_said_again_under_its_number(emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"drop": True, "at_ms": 4_200}})

    heard, _ = _listen(emulator)

    partial = [turn for turn in heard.turns if not turn.is_final and turn.text]
    assert partial
    assert sorted(heard.last()) == [0, 1, 2]
    assert all(turn.is_final for turn in heard.last().values())


def test_a_beginning_that_turns_out_to_be_nothing_is_taken_back(emulator: Emulator) -> None:
    # The first line begins a turn and goes; on the next, the same sound says nothing.
    emulator.script({"on": "stream", "do": {"drop": True, "at_ms": 3_000}})
    words = [{"text": "Good", "start": 300, "end": 900}, {"text": "morning", "start": 5_000, "end": 5_400}]
    emulator.refer(stream=1, words=words, duration_ms=6_000)
    emulator.refer(stream=2, words=[], duration_ms=6_000)
    heard = Heard()
    session = AssemblyAILive(account_of(emulator), UNHURRIED).open(LiveRequest(language="en"), heard)

    sound = _sound()
    session.feed(sound[:40_000])
    heard.wait_until(lambda: any(turn.text == "Good" for turn in heard.turns))
    session.feed(sound[40_000:])
    heard.wait_until(lambda: any(not turn.text for turn in heard.turns))
    session.close()

    assert [turn.text for turn in heard.last().values()] == [""]


def test_what_is_too_late_is_left_out(emulator: Emulator) -> None:
    heard = Heard()
    late = whistles.say([("A", "long ago")] * 6, between_turns_s=1.2)
    emulator.script({"on": "stream", "do": {"begin_after_s": 1.0}})
    session = AssemblyAILive(account_of(emulator), replace(UNHURRIED, backlog_seconds=4.0)).open(
        LiveRequest(language="en"), heard
    )

    session.feed(late)
    session.feed(np.concatenate([whistles.say([("B", "right now")]), quiet(1)]))
    heard.wait_until(lambda: "right now" in heard.said())
    session.close()

    assert heard.said().count("long ago") <= 1
    end = heard.last()[max(heard.last())].end_ms
    assert abs(end - (len(late) // 16 + 1_600)) < 700


def test_the_vendor_is_asked_for_medicine_voices_and_one_language(emulator: Emulator) -> None:
    terms = tuple(f"drug-{number}" for number in range(120))
    _listen(emulator, key_terms=("x" * 51, *terms), speech_models=("universal-3-5-pro",))

    asked = emulator.sessions()[0]["params"]
    assert asked["speech_model"] == "universal-3-5-pro"
    assert asked["domain"] == "medical-v1"
    assert asked["speaker_labels"] == "True"
    assert asked["language_codes"] == '["en"]'
    assert asked["keyterms_prompt"].count("drug-") == 100
    assert "xxx" not in asked["keyterms_prompt"]
    assert int(asked["inactivity_timeout"]) <= 60


@pytest.mark.parametrize(
    ("language", "model"), [("en", "universal-streaming-english"), ("de", "universal-streaming-multilingual")]
)
def test_a_clinic_of_the_simpler_model_is_captioned_by_its_relative(
    emulator: Emulator, language: str, model: str
) -> None:
    request = LiveRequest(language=language, speech_models=("universal-2",))
    session = AssemblyAILive(account_of(emulator), UNHURRIED).open(request, Heard())

    assert _until(lambda: bool(emulator.sessions()))
    session.close()

    assert emulator.sessions()[0]["params"]["speech_model"] == model


def test_speakers_are_told_apart(emulator: Emulator) -> None:
    heard, _ = _listen(emulator)

    assert [turn.speaker for turn in heard.last().values()] == ["A", "B", "A"]


def test_the_hosts_are_those_of_one_region() -> None:
    vendor = VendorSettings()

    assert vendor.account("us").streaming_url == "wss://streaming.us.assemblyai.com"
    assert vendor.account("eu").streaming_url == "wss://streaming.eu.assemblyai.com"


def test_no_word_reaches_a_log(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    emulator.script({"on": "stream", "do": {"malformed_turn": 1}})
    logging.getLogger("assemblyai.streaming.v3.client").propagate = True

    _listen(emulator)

    told = capfd.readouterr()
    everything = (caplog.text + told.out + told.err).lower()
    assert "captions_line_lost" in everything
    assert not [word for word in ("morning", "throat", "lisinopril") if word in everything]


def _until(holds: Callable[[], bool]) -> bool:
    wait_until(holds, "it holds")
    return True
