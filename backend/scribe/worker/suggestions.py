"""Suggestions for a section of a note: written beside the pipeline, since the note is already there."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.clock import Clock
from scribe.core.request_context import NOBODY, on_behalf_of
from scribe.jobs import queries as jobs
from scribe.notes.drafting.base import Spent
from scribe.notes.drafting.choice import DrafterChoice, asks_model
from scribe.notes.language_model.base import LanguageModelFailed
from scribe.notes.suggestions import queries, writing
from scribe.notes.suggestions.writing import Failure, Wish
from scribe.worker.sessions import worker_session

_log = structlog.get_logger(__name__)


class SuggestionRuns:
    """The worker's task: `run(clinic_id, suggestion_id, request_id)`."""

    def __init__(self, sessions: sessionmaker[Session], choice: DrafterChoice, clock: Clock) -> None:
        self._sessions, self._choice, self._clock = sessions, choice, clock

    def run(self, clinic_id: str, suggestion_id: str, request_id: str = NOBODY) -> None:
        """Write the suggestion if it is still waited for, and settle it, whatever happens."""
        with on_behalf_of(request_id):
            self._run(clinic_id, suggestion_id)

    def _run(self, clinic_id: str, suggestion_id: str) -> None:
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            wish = writing.load(session, UUID(suggestion_id), clock=self._clock)
            drafter = self._choice.drafter(session)
            if wish is not None and asks_model(drafter, wish.language):
                self._choice.sends(session, wish.consultation_id)
        if wish is None:
            return
        try:
            draft = writing.write(wish, drafter)
        except LanguageModelFailed as failed:
            spent = Spent(failed.input_tokens, failed.output_tokens)
            self._give_up(clinic_id, wish, Failure(failed.code, failed.message), spent)
            return
        except Exception:  # noqa: BLE001 - the doctor who waits must be told
            _log.exception("suggestion_error", suggestion_id=suggestion_id)
            self._give_up(clinic_id, wish, writing.INTERRUPTED, Spent())
            return
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            self._choice.record(session, draft.spent, wish.consultation_id)
            writing.settle(session, wish, draft, drafter=drafter.name, clock=self._clock)
        _log.info("suggestion_written", suggestion_id=suggestion_id)

    def _give_up(self, clinic_id: str, wish: Wish, failure: Failure, spent: Spent) -> None:
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            self._choice.record(session, spent, wish.consultation_id)
            writing.fail(session, wish.suggestion_id, failure, clock=self._clock)
        _log.warning("suggestion_failed", suggestion_id=str(wish.suggestion_id), code=failure.code)


class SuggestionWatch:
    """Finds suggestions whose job is gone (its worker was killed), and tells the doctor who waits for them."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions, self._clock = sessions, clock

    def look(self, clinic_id: UUID) -> None:
        """One clinic's."""
        with worker_session(self._sessions, clinic_id) as session:
            waiting = queries.all_waiting(session)
            # After the rows: a job that ends in between has settled its suggestion, which is then left as it is.
            live = jobs.live(session, "suggestion_id") if waiting else set()
            for suggestion_id in waiting:
                if str(suggestion_id) not in live:
                    writing.fail(session, suggestion_id, writing.INTERRUPTED, clock=self._clock)
                    _log.warning("stranded_suggestion", suggestion_id=str(suggestion_id))
