"""A doctor's wordings: learned beside everything else, after a note is signed."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.clock import Clock
from scribe.core.request_context import NOBODY, on_behalf_of
from scribe.notes.models import Note
from scribe.notes.wordings import service
from scribe.worker.sessions import worker_session

_log = structlog.get_logger(__name__)


class LearningRuns:
    """The worker's task: `run(clinic_id, note_id, request_id)`."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions, self._clock = sessions, clock

    def run(self, clinic_id: str, note_id: str, request_id: str = NOBODY) -> None:
        """Learn from one signed note. Where that fails nothing is lost but what it would have taught."""
        try:
            with on_behalf_of(request_id), worker_session(self._sessions, UUID(clinic_id)) as session:
                service.learn(session, session.get_one(Note, UUID(note_id)), clock=self._clock)
        except Exception:  # noqa: BLE001 - the note is signed, whatever becomes of this
            _log.exception("wordings_not_learned", note_id=note_id)
