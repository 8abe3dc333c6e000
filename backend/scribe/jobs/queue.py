"""The queue's writing side: jobs enqueued on the connection of a SQLAlchemy session."""

from contextlib import nullcontext, suppress
from datetime import timedelta
from uuid import UUID

import procrastinate
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.orm import Session

from scribe.jobs.base import STAGES

# Never opened: each job is deferred on the session's own connection.
_app = procrastinate.App(connector=SQLAlchemyPsycopg2Connector())


class PostgresQueue:
    """Enqueues through procrastinate, in the caller's transaction."""

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
        """Enqueue in the session's transaction: the job exists if and only if the transaction commits."""
        connection = session.connection()
        deferrer = _app.configure_task(
            task,
            lock=lock,
            queueing_lock=only_once,
            queue=queue,
            schedule_in={"seconds": delay.total_seconds()} if delay else None,
            connection=connection,
        )
        # A refusal by the database ends the savepoint, and not what the job follows.
        with suppress(AlreadyEnqueued), connection.begin_nested() if only_once else nullcontext():
            deferrer.defer(**{name: str(value) for name, value in ids.items()})
