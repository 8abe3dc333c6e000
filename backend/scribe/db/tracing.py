"""A span for each statement of a traced request or job: its verb and its table, and none of its values."""

import re
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from sqlalchemy import Engine, ExceptionContext, event

from scribe.core.tracing import NAME
from scribe.db.base import Base

_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH", "LOCK"})
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) (\w+)")


def trace_statements() -> None:
    """Look at every engine of this process."""
    event.listen(Engine, "before_cursor_execute", _begin)
    event.listen(Engine, "after_cursor_execute", _end)
    event.listen(Engine, "handle_error", _fail)


def _begin(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
    # A worker's rounds ask all day long; a trace of each would bury those of requests.
    if context is None or not trace.get_current_span().is_recording():
        return
    word = statement.split(None, 1)[0].upper() if statement.strip() else ""
    verb = word if word in _VERBS else "OTHER"
    table = next((name for name in _TABLE.findall(statement) if name in Base.metadata.tables), "")
    attributes = {"db.system.name": "postgresql", "db.operation.name": verb}
    if table:
        attributes["db.collection.name"] = table
    tracer = trace.get_tracer(NAME)
    context.scribe_span = tracer.start_span(f"{verb} {table}".strip(), kind=SpanKind.CLIENT, attributes=attributes)


def _end(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
    if span := _span_of(context):
        span.end()


def _fail(failure: ExceptionContext) -> None:
    if span := _span_of(failure.execution_context):
        span.set_attribute("error.type", getattr(failure.original_exception, "pgcode", None) or "unknown")
        span.set_status(StatusCode.ERROR)
        span.end()


def _span_of(context: Any) -> Span | None:
    span: Span | None = getattr(context, "scribe_span", None)
    return span
