"""Which request, from nginx to worker, the running code belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What stands where nobody asked.
NOBODY = "-"
# Set by the HTTP middleware and, for jobs, by the worker. Logs, audit events and the jobs that are asked for carry it.
request_id: ContextVar[str] = ContextVar("request_id", default=NOBODY)


@contextmanager
def on_behalf_of(name: str) -> Iterator[None]:
    """Let all that is done in the block belong to the named request."""
    token = request_id.set(name)
    try:
        yield
    finally:
        request_id.reset(token)
