"""The worker's transactions: inside one clinic, acted by the system."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from scribe.audit.service import Actor, act_as
from scribe.db.session import clinic_session, enter_clinic

WORKER = Actor("system", None)


@contextmanager
def worker_session(sessions: sessionmaker[Session], clinic_id: UUID) -> Iterator[Session]:
    """One transaction inside the clinic: commits on return, rolls back on raise."""
    with clinic_session(sessions, clinic_id) as session:
        act_as(session, WORKER)
        yield session


def enter_as_worker(session: Session, clinic_id: UUID) -> None:
    """Enter the clinic from within a transaction that had none."""
    enter_clinic(session, clinic_id)
    act_as(session, WORKER)
