"""The seam to the job queue: a job is enqueued on the connection of the change that it follows."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

# Each queue has threads of its own in a worker: what runs for an hour keeps nobody from what takes a minute.
STAGES, LIVE = "default", "live"


class JobQueue(Protocol):
    """Enqueues jobs by name. Arguments are ids only: the queue has no tenant and is no place for patient data."""

    def defer(
        self,
        session: Session,
        task: str,
        *,
        lock: str | None = None,
        delay: timedelta | None = None,
        queue: str = STAGES,
        only_once: str | None = None,
        **ids: UUID | str | int,
    ) -> None:
        """Enqueue in the session's transaction: the job exists if and only if the transaction commits.

        Jobs with the same lock run one at a time, in order. With a delay, the job is not started before. Of those with
        the same `only_once`, one waits at a time: while it does, another is not enqueued.
        """
        ...
