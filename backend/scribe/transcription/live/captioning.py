"""The captions of one followed recording: heard by the clinic's engine, and published sealed."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import structlog

from scribe.accounts.errors import BudgetReached
from scribe.transcription.engines.base import Samples
from scribe.transcription.live.base import RATE, LiveEngine, LiveRequest, LiveSession, LiveTurn
from scribe.transcription.live.messages import Caption, CaptionState, CaptionTurn, fitting
from scribe.transcription.live.sound import Sound

# What somebody who begins to read is shown again.
_SHOWN_AGAIN = 30
_BUDGET_AGAIN_SECONDS = 60.0
_UNHEARD = (
    "captions_undecodable",
    "This recording cannot be captioned while it runs. Recording goes on, and the transcript is made from all of it.",
)

_log = structlog.get_logger(__name__)


class Book(Protocol):
    """Keeps account of a vendor's lines; each method is a short transaction."""

    def open_line(self, vendor: str) -> None:
        """A line is about to be opened; raises `BudgetReached` where it may not be."""
        ...

    def close_line(self, open_seconds: float) -> None:
        """It is closed, and was open for so long."""
        ...


@dataclass(frozen=True)
class Patience:
    """In seconds."""

    # Without sound for so long the engine is let go.
    idle: float
    # What is older than this when captions begin is left out.
    backlog: float


class Captioning:
    """Fed by its follower's thread; the engine tells its turns from threads of its own."""

    def __init__(
        self,
        engine: LiveEngine,
        request: LiveRequest,
        patience: Patience,
        book: Book,
        publish: Callable[[Caption], None],
    ) -> None:
        self._engine, self._request, self._patience = engine, request, patience
        self._book, self._publish = book, publish
        # Until all that is there has been heard, only the last of it is kept.
        self._kept = Sound()
        self._is_current = False
        self._session: LiveSession | None = None
        self._heard_at = monotonic()
        self._refused_at: float | None = None
        self._has_given_up = False
        self._turns: dict[int, CaptionTurn] = {}
        self._state = CaptionState(state="starting")
        self.final_ms = request.from_ms

    def hear(self, samples: Samples) -> None:
        """The next samples of the recording."""
        self._heard_at = monotonic()
        if self._session is not None:
            self._session.feed(samples)
            self._kept.end = self._kept.start = self._kept.end + len(samples)
            return
        self._kept.add(samples)
        oldest = max(self._request.from_ms * RATE // 1000, self._kept.end - round(self._patience.backlog * RATE))
        self._kept.forget(min(oldest, self._kept.end))
        if self._is_current and not self._has_given_up:
            self._open()

    def catch_up(self) -> None:
        """All that is there has been heard: from here on it is live."""
        if not self._is_current:
            self._is_current = True
            if self._kept.end > self._kept.start:
                self._open()

    def look(self) -> None:
        """Now and then: let go of what nobody speaks into, and tell how it is going."""
        if self._session is not None and monotonic() - self._heard_at > self._patience.idle:
            self._close()
        self._tell_state()

    def show_again(self) -> None:
        """Somebody has just begun to read."""
        self._publish(self._state)
        for turn in sorted(self._turns.values(), key=lambda turn: turn.number)[-_SHOWN_AGAIN:]:
            self._publish(turn)

    def give_up(self) -> None:
        """The sound cannot be heard while it arrives."""
        self._has_given_up = True
        self._close()
        self._show(CaptionState(state="unavailable", code=_UNHEARD[0], message=_UNHEARD[1]))

    def end(self, state: CaptionState | None) -> None:
        """Nothing more is heard; every line is closed before this returns."""
        try:
            self._close()
        finally:
            if state is not None:
                self._publish(state)

    def _open(self) -> None:
        if self._refused_at is not None and monotonic() - self._refused_at < _BUDGET_AGAIN_SECONDS:
            return
        vendor = self._engine.vendor
        if vendor is not None:
            try:
                self._book.open_line(vendor)
            except BudgetReached as refusal:
                self._refused_at = monotonic()
                self._show(CaptionState(state="unavailable", code=refusal.code, message=refusal.message))
                return
        self._refused_at = None
        first = max(self._turns, default=self._request.first_number - 1) + 1
        begun = LiveRequest(
            language=self._request.language,
            key_terms=self._request.key_terms,
            speech_models=self._request.speech_models,
            from_ms=self._kept.start * 1000 // RATE,
            first_number=first,
        )
        self._session = self._engine.open(begun, self._on_turn)
        self._session.feed(self._kept.cut(self._kept.start, self._kept.end))
        self._kept.forget(self._kept.end)
        self._tell_state()

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        try:
            session.close()
            self._settle_turns()
        finally:
            if self._engine.vendor is not None:
                self._book.close_line(session.open_seconds)

    def _settle_turns(self) -> None:
        """What was begun stays as far as it was heard."""
        for turn in list(self._turns.values()):
            if not turn.is_final:
                self._turns[turn.number] = settled = turn.model_copy(update={"is_final": True})
                self._publish(settled)

    def _on_turn(self, turn: LiveTurn) -> None:
        caption = CaptionTurn(
            number=turn.number,
            start_ms=turn.start_ms,
            end_ms=turn.end_ms,
            text=fitting(turn.text),
            is_final=turn.is_final,
            speaker=turn.speaker,
        )
        self._turns[turn.number] = caption
        self._turns.pop(turn.number - _SHOWN_AGAIN, None)
        if turn.is_final:
            self.final_ms = max(self.final_ms, turn.end_ms)
        self._publish(caption)

    def _tell_state(self) -> None:
        session = self._session
        if self._refused_at is not None or self._has_given_up:
            return
        if session is None:
            self._show(CaptionState(state="waiting" if self._is_current else "starting"))
        elif session.problem is not None:
            problem = session.problem
            self._show(CaptionState(state="unavailable", code=problem.code, message=problem.message))
        else:
            self._show(CaptionState(state="listening", is_behind=session.is_behind))

    def _show(self, state: CaptionState) -> None:
        if state != self._state:
            self._state = state
            self._publish(state)
