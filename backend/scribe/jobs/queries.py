"""What can be asked of the queue's tables in SQL: depth, age, and jobs whose worker is gone.

The library's own functions for finding and finishing are not used for lost jobs: they would let a paused worker
finish the job of its successor. A lost job is buried, and what it was to do is asked for anew, as another job.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from scribe.jobs.base import STAGES


@dataclass(frozen=True)
class QueueDepth:
    """How much waits, how much runs, and how long the oldest has been due."""

    waiting: int
    running: int
    oldest_seconds: float


@dataclass(frozen=True)
class LostJob:
    """A job whose worker no longer beats."""

    id: int
    task: str
    args: dict[str, Any]


_DEPTH = text(
    "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),"
    " coalesce(extract(epoch FROM now() - min(due.at) FILTER (WHERE status = 'todo' AND due.at <= now())), 0)"
    " FROM procrastinate_jobs job, LATERAL (SELECT coalesce(job.scheduled_at,"
    " (SELECT min(event.at) FROM procrastinate_events event WHERE event.job_id = job.id)) AS at) due"
    # Followers of running recordings wait and run for as long as these do: no backlog.
    f" WHERE status IN ('todo', 'doing') AND queue_name = '{STAGES}'"
)
_IS_LOST = (
    " job.status = 'doing' AND NOT EXISTS (SELECT 1 FROM procrastinate_workers worker"
    " WHERE worker.id = job.worker_id AND worker.last_heartbeat >= now() - make_interval(secs => :seconds))"
)
_LOST = text(f"SELECT job.id FROM procrastinate_jobs job WHERE {_IS_LOST} ORDER BY job.id")
_TAKE_LOST = text(
    "SELECT job.id, job.task_name, job.args FROM procrastinate_jobs job"
    f" WHERE job.id = :id AND {_IS_LOST} FOR UPDATE SKIP LOCKED"
)
_BURY = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
_LIVE = text(
    "SELECT DISTINCT args ->> :name FROM procrastinate_jobs"
    f" WHERE status IN ('todo', 'doing') AND queue_name = '{STAGES}'"
)
_STRIKE_OFF = text("DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => :seconds)")
_FORGET = text(
    "DELETE FROM procrastinate_jobs job WHERE status IN ('failed', 'aborted', 'cancelled', 'succeeded')"
    " AND NOT EXISTS (SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id"
    " AND event.at > now() - make_interval(days => :days))"
)


def depth_and_age(session: Session) -> QueueDepth:
    """How much waits and runs, and for how many seconds the oldest waiting job has been due."""
    waiting, running, oldest = session.execute(_DEPTH).one()
    return QueueDepth(waiting, running, float(oldest))


def lost(session: Session, *, silent_seconds: float) -> list[int]:
    """Ids of running jobs whose worker has not been heard of for so long, by the database's clock."""
    return list(session.scalars(_LOST, {"seconds": silent_seconds}))


def take_lost(session: Session, job_id: int, *, silent_seconds: float) -> LostJob | None:
    """Lock a lost job; None where it is no longer lost, or another reaper has it."""
    row = session.execute(_TAKE_LOST, {"id": job_id, "seconds": silent_seconds}).one_or_none()
    return LostJob(*row) if row else None


def bury(session: Session, job_id: int) -> None:
    """End a lost job for good."""
    session.execute(_BURY, {"id": job_id})


def live(session: Session, name: str) -> set[str]:
    """The values of an argument in all stages' jobs that wait or run."""
    return {value for value in session.scalars(_LIVE, {"name": name}) if value is not None}


def strike_off_silent_workers(session: Session, *, silent_seconds: float) -> None:
    """Forget workers that are gone; one that was only paused fails at its next fetch and begins anew."""
    session.execute(_STRIKE_OFF, {"seconds": silent_seconds})


def forget_ended(session: Session, *, days: int) -> None:
    """Delete jobs that ended so long ago."""
    session.execute(_FORGET, {"days": days})
