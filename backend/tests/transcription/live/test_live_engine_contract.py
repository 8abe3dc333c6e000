"""What every engine that captions keeps to."""

import threading

import numpy as np
import pytest

from scribe.transcription.live.base import LiveRequest
from tests.transcription.live.conftest import Ears, Heard, quiet
from tests.waiting import wait_until

STEP = 16_000


def _feed(session, sound: np.ndarray, step: int = STEP) -> None:
    for at in range(0, len(sound), step):
        session.feed(sound[at : at + step])


def _listened(ears: Ears, sound: np.ndarray, finals: int, **request) -> Heard:
    heard = Heard()
    session = ears.engine.open(LiveRequest(language="en", **request), heard)
    for at in range(0, len(sound), STEP):
        session.feed(sound[at : at + STEP])
        if ears.engine.name == "local":
            # It leaves out what waits while more comes; the test is faster than any speaker.
            _let_decode(ears)
    heard.wait_for(finals)
    session.close()
    return heard


def _let_decode(ears: Ears) -> None:
    decoding = ears.engine._decoding
    with decoding._there_is_work:
        assert decoding._there_is_work.wait_for(lambda: not decoding._captions and decoding._busy_with is None, 120)


def test_turns_are_numbered_timed_and_final_in_the_end(ears: Ears) -> None:
    heard = _listened(ears, ears.sound, ears.turns, from_ms=60_000, first_number=7)

    shown = heard.last()
    assert sorted(shown) == list(range(7, 7 + len(shown)))
    assert all(turn.is_final for turn in shown.values())
    length = len(ears.sound) * 1000 // 16_000
    times = [(turn.start_ms, turn.end_ms) for turn in heard.turns if turn.text]
    assert all(60_000 <= start <= end <= 60_000 + length + 200 for start, end in times)
    starts = [shown[number].start_ms for number in sorted(shown)]
    assert starts == sorted(starts)


def test_a_turn_that_is_final_stays_as_it_is(ears: Ears) -> None:
    heard = _listened(ears, ears.sound, ears.turns)

    final: dict[int, str] = {}
    for turn in heard.turns:
        assert final.get(turn.number, turn.text) == turn.text
        if turn.is_final:
            final[turn.number] = turn.text


def test_silence_says_nothing(ears: Ears) -> None:
    heard = Heard()
    session = ears.engine.open(LiveRequest(language="en"), heard)

    _feed(session, quiet(4))
    session.close()

    assert [turn for turn in heard.turns if turn.text] == []


@pytest.mark.parametrize("step", [1_000, 7_777])
def test_the_pieces_in_which_sound_comes_make_no_difference(ears: Ears, step: int) -> None:
    whole = _listened(ears, ears.sound, ears.turns).said()
    heard = Heard()
    session = ears.engine.open(LiveRequest(language="en"), heard)

    for at in range(0, len(ears.sound), step):
        session.feed(ears.sound[at : at + step])
        if ears.engine.name == "local":
            _let_decode(ears)
    heard.wait_for(len(whole))
    session.close()

    assert heard.said() == whole


def test_closing_leaves_nothing_open_and_nothing_running(ears: Ears) -> None:
    before = set(threading.enumerate())
    heard = Heard()
    session = ears.engine.open(LiveRequest(language="en"), heard)
    _feed(session, ears.sound[: STEP * 2])

    session.close()
    session.close()

    # A closed line's own threads need a moment to notice.
    wait_until(
        lambda: {thread.name for thread in set(threading.enumerate()) - before} <= {"live-decoding"},
        "no thread of the session is left",
    )
    if ears.emulator:
        assert all(each["is_terminated"] for each in ears.emulator.settled_sessions())
    told = len(heard.turns)
    session.feed(ears.sound[:STEP])
    assert len(heard.turns) == told


def test_only_a_vendors_line_is_open_for_a_while(ears: Ears) -> None:
    session = ears.engine.open(LiveRequest(language="en"), Heard())
    _feed(session, ears.sound)
    session.close()

    assert (session.open_seconds > 0) == (ears.engine.vendor is not None)
    assert session.problem is None
