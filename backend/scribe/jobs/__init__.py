"""Durable jobs on PostgreSQL. The one package that imports procrastinate."""

from scribe.jobs.base import JobQueue
from scribe.jobs.queue import PostgresQueue


def make_queue() -> JobQueue:
    """The queue. It holds no connection: every job travels on its session's own."""
    return PostgresQueue()
