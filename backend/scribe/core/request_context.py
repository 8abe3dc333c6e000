"""Which request, from nginx to worker, the running code belongs to."""

from contextvars import ContextVar

# Set by the HTTP middleware and, for jobs, by the worker. Logs and audit events carry it.
request_id: ContextVar[str] = ContextVar("request_id", default="-")
