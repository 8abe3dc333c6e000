"""What a running stage holds in its hands: short sessions, progress, and the fence."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations import parking, pipeline
from scribe.consultations.pipeline import Claim, StageFailed, Waiting
from scribe.worker.sessions import worker_session

_PROGRESS_SECONDS = 1.0


class Stopping(Exception):
    """The worker is asked to stop: the stage is handed back, and nothing of it was lost but time."""


class Work:
    """One claimed stage."""

    def __init__(self, sessions: sessionmaker[Session], claim: Claim, stopping: threading.Event) -> None:
        self._sessions, self._claim, self._stopping = sessions, claim, stopping
        self._told_at = 0.0
        # "completed", "parked" or "failed", once a last transaction has committed.
        self.ended: str | None = None

    @property
    def claim(self) -> Claim:
        """The right to write this stage's result."""
        return self._claim

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A short transaction inside the clinic."""
        with worker_session(self._sessions, self._claim.clinic_id) as session:
            yield session

    def progress(self, fraction: float) -> None:
        """Write the progress at most once a second; raises `Superseded` or `Stopping`."""
        if self._stopping.is_set():
            raise Stopping
        if time.monotonic() - self._told_at < _PROGRESS_SECONDS:
            return
        self._told_at = time.monotonic()
        with worker_session(self._sessions, self._claim.clinic_id) as session:
            pipeline.write_progress(session, self._claim, fraction)

    @contextmanager
    def holding(self) -> Iterator[Session]:
        """A transaction behind the fence that ends nothing."""
        with worker_session(self._sessions, self._claim.clinic_id) as session:
            pipeline.held(session, self._claim)
            yield session

    @contextmanager
    def parking(self, waiting: Waiting, delay: timedelta) -> Iterator[Session]:
        """The last transaction of a stage that waits for somebody else."""
        with self.holding() as session:
            yield session
            parking.park(session, self._claim, waiting=waiting, delay=delay)
        self.ended = "parked"

    @contextmanager
    def failing(self, failure: StageFailed) -> Iterator[Session]:
        """The last transaction of a stage that cannot succeed."""
        with self.holding() as session:
            yield session
            pipeline.fail(session, self._claim, failure)
        self.ended = "failed"

    @contextmanager
    def completing(self) -> Iterator[Session]:
        """The stage's last transaction, behind the fence."""
        with (
            worker_session(self._sessions, self._claim.clinic_id) as session,
            pipeline.completing(session, self._claim),
        ):
            yield session
        self.ended = "completed"
