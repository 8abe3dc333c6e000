"""Captions by the local engine: utterance by utterance, each decoded once, roughly and soon, when it has been said.

Nothing leaves the machine. What is shown is replaced by the transcript, which is made with more care.
"""

import threading

from scribe.transcription.engines.base import EngineFailed, Samples
from scribe.transcription.engines.blocks import PartFinder
from scribe.transcription.engines.local import LocalEngine
from scribe.transcription.engines.speech import Detector, Span
from scribe.transcription.live.base import RATE, LiveProblem, LiveRequest, LiveTurn, OnTurn
from scribe.transcription.live.decoding import Decoding
from scribe.transcription.live.sound import Sound

# A pause ends an utterance; who goes on for longer is captioned in between.
_PAUSE_S, _MARGIN_S, _LONGEST_S = 0.5, 0.2, 7.0
# A cough, a click: Whisper finds words in them.
_LEAST_SPEECH = RATE * 3 // 10
# A caption that has waited for so long is behind.
_BEHIND = 5 * RATE


class LocalLive:
    """Captions by Whisper, in the process that works on recordings anyway: the model is loaded once for both."""

    name, vendor = "local", None

    def __init__(self, engine: LocalEngine, decoding: Decoding) -> None:
        self._engine, self._decoding = engine, decoding

    def open(self, request: LiveRequest, on_turn: OnTurn) -> "LocalSession":
        """Begin to listen."""
        return LocalSession(self._engine, self._decoding, request, on_turn)


class LocalSession:
    """One recording's captions."""

    open_seconds = 0.0

    def __init__(self, engine: LocalEngine, decoding: Decoding, request: LiveRequest, on_turn: OnTurn) -> None:
        self._engine, self._decoding, self._request, self._on_turn = engine, decoding, request, on_turn
        self._detector, self._sound = Detector(), Sound()
        self._finder = PartFinder(min_silence_s=_PAUSE_S, pad_s=_MARGIN_S, max_s=_LONGEST_S)
        self._number = request.first_number
        self._lock = threading.Lock()
        self._problem: LiveProblem | None = None
        # Where the utterance begins that waits; whether one was left out since the last caption.
        self._waiting_from: int | None = None
        self._has_skipped = False

    @property
    def problem(self) -> LiveProblem | None:
        """That the models are not there, for one."""
        return self._problem

    @property
    def is_behind(self) -> bool:
        """Whether utterances wait too long, or were left out."""
        with self._lock:
            is_late = (
                self._waiting_from is not None and self._sound.end - self._waiting_from > _BEHIND + _LONGEST_S * RATE
            )
            return is_late or self._has_skipped

    def feed(self, samples: Samples) -> None:
        """The next samples."""
        self._sound.add(samples)
        for part in self._finder.feed(self._detector.feed(samples)):
            if part.speech_end - part.speech_start >= _LEAST_SPEECH:
                self._caption(part)
        self._sound.forget(self._finder.needs_from)

    def close(self) -> None:
        """What has not been decoded yet is not captioned any more."""
        self._decoding.forget(self)

    def _caption(self, part: Span) -> None:
        number, sound = self._number, self._sound.cut(part.start, part.end)
        self._number += 1
        with self._lock:
            self._waiting_from = part.start
        if self._decoding.caption(self, lambda: self._decode(number, part, sound)):
            with self._lock:
                self._has_skipped = True

    def _decode(self, number: int, part: Span, sound: Samples) -> None:
        try:
            whisper, _ = self._engine.models()
        except EngineFailed as error:
            self._problem = LiveProblem(error.code, error.message)
            return
        text = whisper.line(sound, self._request.language)
        with self._lock:
            if self._waiting_from == part.start:
                self._waiting_from, self._has_skipped = None, False
        if text:
            start, end = (self._request.from_ms + at * 1000 // RATE for at in (part.speech_start, part.speech_end))
            self._on_turn(LiveTurn(number, start, end, text, is_final=True))
