"""Sends spans by OTLP over HTTP. Only what is named here leaves: a library's newest attribute may hold a patient."""

from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from scribe.core.tracing import NAME

# Whose spans have names without values: routes, tasks, verbs and tables.
_SCOPES = frozenset({NAME, "fastapi"})
_ATTRIBUTES = frozenset(
    {
        "db.collection.name",
        "db.operation.name",
        "db.system.name",
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
    }
)
# What a collector that is away does not take by then is dropped.
_PATIENCE_SECONDS = 3


def send_to(endpoint: str, service: str) -> None:
    """Send this process's spans to the collector, in the background."""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_PATIENCE_SECONDS)
    provider = TracerProvider(resource=Resource({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(NamedOnly(exporter)))
    trace.set_tracer_provider(provider)


class NamedOnly(SpanExporter):
    """Hands on, of each span, its name, its times, its place in the trace, and the attributes that are allowed."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them."""
        return self._inner.export([_bare(span) for span in spans if _scope(span) in _SCOPES])

    def shutdown(self) -> None:
        """No more will come."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._inner.force_flush(timeout_millis)


def _scope(span: ReadableSpan) -> str:
    return span.instrumentation_scope.name if span.instrumentation_scope else ""


def _bare(span: ReadableSpan) -> ReadableSpan:
    """Without events, links and descriptions: an exception's text quotes rows."""
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in _ATTRIBUTES},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
