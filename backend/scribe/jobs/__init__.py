"""Durable jobs on PostgreSQL. The one package that imports procrastinate."""

from scribe.jobs.base import LIVE, STAGES, JobQueue
from scribe.jobs.queue import PostgresQueue

__all__ = ["LIVE", "STAGES", "JobQueue", "make_queue"]


def make_queue() -> JobQueue:
    """The queue. It holds no connection: every job travels on its session's own."""
    return PostgresQueue()
