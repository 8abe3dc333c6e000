"""Live captions by AssemblyAI: streaming v3 on the host of the clinic's own region, and on no other.

A line may be lost at any time. What was not yet in a final turn is kept, and said again on the next line, no faster
than the vendor takes it.
"""

import threading
from bisect import bisect_right
from dataclasses import dataclass
from time import monotonic

import numpy as np
import structlog
from assemblyai.streaming.v3 import Encoding, RealTimeParameters, SpeechModel, TurnEvent
from assemblyai.streaming.v3.models import StreamingDomain

from scribe.core.settings import VendorAccount
from scribe.transcription.engines.assemblyai.line import Line, Lost
from scribe.transcription.engines.base import Samples
from scribe.transcription.live.base import RATE, SILENT_LINE_SECONDS, LiveProblem, LiveRequest, LiveTurn, OnTurn

_BYTES = 2
# A message holds 50 to 1000 ms of sound.
_FRAME, _LEAST_FRAME = RATE // 5, RATE // 20
_MOST_TERMS, _LONGEST_TERM, _MOST_SPEAKERS = 100, 50, 4
# As the vendor advises for conversations with patients.
_TURN_SILENCE_MS, _LONGEST_TURN_SILENCE_MS = 800, 2_000
# After a final turn's last word; the silence that ended the turn is longer.
_AFTER_WORD = RATE // 10
_PATIENT_TRIES = 2
# A line that has taken so much works, as far as the doctor is told.
_TAKEN = 2 * RATE

_REFUSED = LiveProblem(
    "captions_refused",
    "AssemblyAI does not accept this server's key for live captions. Recording goes on; tell your admin.",
)
_UNREACHABLE = LiveProblem(
    "captions_unreachable",
    "AssemblyAI takes no sound for captions at the moment. Recording goes on, and captions come back by themselves.",
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How fast, and how patient."""

    # By how much sound may run ahead of the time that a line has been open.
    ahead_seconds: float = 8.0
    # Sound that waits for longer than this is not sent any more: captions from back then help nobody.
    backlog_seconds: float = 30.0
    begin_seconds: float = 15.0
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 60.0


class AssemblyAILive:
    """One account. Every session has lines of its own."""

    name = vendor = "assemblyai"

    def __init__(self, account: VendorAccount, pace: Pace | None = None) -> None:
        self._account, self._pace = account, pace or Pace()

    def open(self, request: LiveRequest, on_turn: OnTurn) -> "StreamingSession":
        """Begin to listen."""
        return StreamingSession(self._account, self._pace, request, on_turn)


class StreamingSession:
    """One recording's captions, over as many lines as it takes. A thread of its own sends."""

    def __init__(self, account: VendorAccount, pace: Pace, request: LiveRequest, on_turn: OnTurn) -> None:
        self._account, self._pace, self._request, self._on_turn = account, pace, request, on_turn
        self._ahead_seconds = pace.ahead_seconds
        self._news = threading.Condition()
        # Sound since the last final turn, as 16 bit samples, and where in it the line stands.
        self._held, self._held_from, self._sent = bytearray(), 0, 0
        # The next turn without a final text; what the running line calls number 0; whose words are shown.
        self._next = self._base = request.first_number
        self._shown: int | None = None
        self._map = _Map()
        self._line: Line | None = None
        self._failures, self._closed_seconds = 0, 0.0
        # Without a key there is nobody to talk to.
        self._is_closing = not account.key.get_secret_value()
        self._problem = _REFUSED if self._is_closing else None
        self._thread = threading.Thread(target=self._run, name="captions", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> LiveProblem | None:
        """Why nothing is heard, if so."""
        return self._problem

    @property
    def is_behind(self) -> bool:
        """Whether much sound waits to be sent."""
        with self._news:
            return self._end - self._sent > 5 * RATE

    @property
    def open_seconds(self) -> float:
        """Over all lines."""
        line = self._line
        return self._closed_seconds + (line.open_seconds if line else 0.0)

    def feed(self, samples: Samples) -> None:
        """The next samples."""
        plain = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        with self._news:
            self._held += plain
            self._leave_out_what_is_late()
            self._news.notify_all()

    def close(self) -> None:
        """Terminate the line. Waits some seconds for the vendor's last words."""
        with self._news:
            self._is_closing = True
            self._news.notify_all()
        self._thread.join()

    @property
    def _end(self) -> int:
        return self._held_from + len(self._held) // _BYTES

    def _run(self) -> None:
        while not self._is_closing:
            line = Line(self._account, self._heard, self._ring)
            with self._news:
                self._line = line
                self._base, self._map = self._next, _Map()
                self._sent = self._held_from
            line.open(_parameters(self._request))
            try:
                lost = self._send_on(line)
            finally:
                # Before the next one is opened: the vendor counts how many are.
                line.close()
                with self._news:
                    self._line, self._closed_seconds = None, self._closed_seconds + line.open_seconds
            if lost is not None:
                self._wait_after(lost, has_worked=line.has_begun)

    def _send_on(self, line: Line) -> Lost | None:
        """Send what there is until the line is lost, which is told, or nothing more is wanted."""
        opened, begun_at = monotonic(), None
        while True:
            with self._news:
                if self._is_closing:
                    return None
                if line.lost is not None:
                    return line.lost
                if begun_at is None:
                    if not line.has_begun:
                        if monotonic() - opened > self._pace.begin_seconds:
                            return Lost(None)
                        self._news.wait(0.2)
                        continue
                    begun_at = monotonic()
                    self._begin_anew()
                frame = self._next_frame(line, begun_at)
                if frame is None:
                    self._news.wait(0.1)
                    continue
            line.send(frame)

    def _next_frame(self, line: Line, begun_at: float) -> bytes | None:
        """The next message, if there is enough sound for one and it is time."""
        allowed = (monotonic() - begun_at + self._ahead_seconds) * RATE
        count = min(self._end - self._sent, _FRAME)
        if count < _LEAST_FRAME or self._map.told + count > allowed:
            return None
        at = (self._sent - self._held_from) * _BYTES
        self._map.add(self._sent, count)
        self._sent += count
        if self._map.told > _TAKEN and line.lost is None:
            self._problem = None
        return bytes(self._held[at : at + count * _BYTES])

    def _begin_anew(self) -> None:
        """What an earlier line had begun to say is said again, or was nothing."""
        if self._shown is not None and self._shown >= self._next:
            at = self._ms(self._held_from)
            self._on_turn(LiveTurn(self._shown, at, at, "", is_final=False))
            self._shown = None

    def _leave_out_what_is_late(self) -> None:
        most = round(self._pace.backlog_seconds * RATE)
        if self._end - self._sent > most:
            self._sent = self._end - most // 4
        # Silence brings no turn that would say how far all is heard.
        self._forget(max(self._held_from, self._sent - most))

    def _forget(self, before: int) -> None:
        del self._held[: (before - self._held_from) * _BYTES]
        self._held_from = before

    def _heard(self, event: TurnEvent) -> None:
        """The SDK's reader has a turn. The same one may come twice, the second time with capitals and full stops."""
        with self._news:
            number = self._base + event.turn_order
            words = event.words
            start, end = (
                (self._map.position(ms) for ms in (words[0].start, words[-1].end)) if words else (self._sent,) * 2
            )
            if event.end_of_turn:
                self._next, self._failures = max(self._next, number + 1), 0
                if words:
                    self._forget(max(self._held_from, min(end + _AFTER_WORD, self._sent)))
            else:
                self._shown = number
        self._on_turn(
            LiveTurn(
                number,
                self._ms(start),
                self._ms(end),
                event.transcript,
                is_final=event.end_of_turn,
                speaker=_speaker(event.speaker_label),
            )
        )

    def _wait_after(self, lost: Lost, *, has_worked: bool) -> None:
        _log.warning("captions_line_lost", code=lost.code, had_begun=has_worked)
        self._failures += 1
        if lost.is_about_pace:
            self._ahead_seconds /= 2
        if lost.is_about_rights:
            self._problem, wait = _REFUSED, self._pace.longest_wait_seconds
        else:
            if self._failures > _PATIENT_TRIES:
                self._problem = _UNREACHABLE
            # The first time at once: lines are cut, and sound waits.
            wait = 0.0 if has_worked and self._failures == 1 else self._growing_wait()
        with self._news:
            self._news.wait_for(lambda: self._is_closing, wait)

    def _growing_wait(self) -> float:
        return min(self._pace.longest_wait_seconds, self._pace.first_wait_seconds * 2.0 ** (self._failures - 1))

    def _ring(self) -> None:
        with self._news:
            self._news.notify_all()

    def _ms(self, sample: int) -> int:
        return self._request.from_ms + sample * 1000 // RATE


class _Map:
    """From a line's own time to the sound's: it begins anew with each line, and jumps where sound was left out."""

    def __init__(self) -> None:
        self.told = 0
        self._line_starts, self._starts = list[int](), list[int]()

    def add(self, position: int, count: int) -> None:
        """So many samples from this position are sent next."""
        if not self._starts or self.told - self._line_starts[-1] != position - self._starts[-1]:
            self._line_starts.append(self.told)
            self._starts.append(position)
        self.told += count

    def position(self, line_ms: int) -> int:
        """Where in the sound a moment of the line is."""
        at = line_ms * RATE // 1000
        number = max(0, bisect_right(self._line_starts, at) - 1)
        return self._starts[number] + at - self._line_starts[number] if self._starts else 0


def _parameters(request: LiveRequest) -> RealTimeParameters:
    terms = [term for term in request.key_terms if len(term) <= _LONGEST_TERM][:_MOST_TERMS]
    return RealTimeParameters(
        sample_rate=RATE,
        encoding=Encoding.pcm_s16le,
        speech_model=_model(request),
        domain=StreamingDomain.medical,
        language_codes=[request.language],
        keyterms_prompt=terms or None,
        format_turns=True,
        speaker_labels=True,
        max_speakers=_MOST_SPEAKERS,
        min_turn_silence=_TURN_SILENCE_MS,
        max_turn_silence=_LONGEST_TURN_SILENCE_MS,
        inactivity_timeout=SILENT_LINE_SECONDS,
    )


def _model(request: LiveRequest) -> SpeechModel:
    """The streaming relative of the clinic's first choice."""
    if "universal-3-5-pro" in request.speech_models[:1] or not request.speech_models:
        return SpeechModel.universal_3_5_pro
    is_english = request.language == "en"
    return SpeechModel.universal_streaming_english if is_english else SpeechModel.universal_streaming_multilingual


def _speaker(label: str | None) -> str | None:
    return label if label and len(label) <= 2 else None
