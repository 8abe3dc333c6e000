"""Traces, where OTEL_EXPORTER_OTLP_ENDPOINT names who collects them: what took how long, and never of whom it was.

A request's id is its trace's: what nginx logs, what the browser is told, and what a job carries to the worker.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags

NAME = "scribe"
_TRACE = re.compile(r"(?!0{16})[0-9a-f]{32}")


def current_trace() -> str | None:
    """The id of the trace that the running code belongs to."""
    span = trace.get_current_span().get_span_context()
    return f"{span.trace_id:032x}" if span.is_valid else None


@contextmanager
def job(task: str, asked_by: str) -> Iterator[None]:
    """A span for the worker's task, in the trace of the request that asked for it."""
    tracer = trace.get_tracer(NAME)
    with tracer.start_as_current_span(
        task, _trace_of(asked_by), SpanKind.CONSUMER, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise


def _trace_of(request_id: str) -> Context:
    if not _TRACE.fullmatch(request_id):
        return Context()
    # The span that nginx named (nginx/http_scribe.conf).
    hop = SpanContext(int(request_id, 16), int(request_id[:16], 16), is_remote=True, trace_flags=TraceFlags(1))
    return trace.set_span_in_context(NonRecordingSpan(hop), Context())
