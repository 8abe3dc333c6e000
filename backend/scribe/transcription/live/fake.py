"""A live engine for tests and demonstrations without models: it hears the same words in any sound that is loud."""

import threading

import numpy as np

from scribe.transcription.engines.base import Samples
from scribe.transcription.live.base import RATE, LiveProblem, LiveRequest, LiveTurn, OnTurn

_WORDS = "Good morning. What brings you in today? I have had a sore throat for three days.".split()
_LOUD = 1e-3
# A word for each of these, and a turn's end after as many without a word.
_STEP = RATE // 2
_TURN_WORDS = 5


class FakeLive:
    """One word for every half second that is loud; silence, or five words, end a turn."""

    name, vendor = "fake", None

    def open(self, request: LiveRequest, on_turn: OnTurn) -> "FakeSession":
        """Begin to listen."""
        return FakeSession(request, on_turn)


class FakeSession:
    """Tells its turns from within `feed`."""

    problem: LiveProblem | None = None
    is_behind = False
    open_seconds = 0.0

    def __init__(self, request: LiveRequest, on_turn: OnTurn) -> None:
        self._request, self._on_turn = request, on_turn
        self._lock = threading.Lock()
        self._rest: Samples = np.zeros(0, np.float32)
        self._at, self._spoken, self._number = 0, 0, request.first_number
        self._turn: list[str] = []
        self._turn_from = 0
        self._is_closed = False

    def feed(self, samples: Samples) -> None:
        """The next samples."""
        with self._lock:
            self._rest = np.concatenate((self._rest, samples))
            while len(self._rest) >= _STEP and not self._is_closed:
                step, self._rest = self._rest[:_STEP], self._rest[_STEP:]
                self._at += _STEP
                self._hear(is_loud=bool(np.abs(step).max() > _LOUD))

    def close(self) -> None:
        """Say what is left."""
        with self._lock:
            if not self._is_closed and self._turn:
                self._tell(is_final=True)
            self._is_closed = True

    def _hear(self, *, is_loud: bool) -> None:
        if is_loud:
            if not self._turn:
                self._turn_from = self._at - _STEP
            self._turn.append(_WORDS[self._spoken % len(_WORDS)])
            self._spoken += 1
        if self._turn:
            self._tell(is_final=not is_loud or len(self._turn) == _TURN_WORDS)

    def _tell(self, *, is_final: bool) -> None:
        start, end = (self._request.from_ms + at * 1000 // RATE for at in (self._turn_from, self._at))
        self._on_turn(LiveTurn(self._number, start, end, " ".join(self._turn), is_final))
        if is_final:
            self._number, self._turn = self._number + 1, []
