"""Whom traces are sent to, by OTLP over HTTP."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Sent:
    """One span."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]


class Collector(http.server.ThreadingHTTPServer):
    """Keeps all that comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.raw = b""
        self.spans: list[Sent] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def of(self, trace: str) -> list[Sent]:
        """The spans of one trace."""
        return [span for span in self.spans if span.trace == trace]


class _Taking(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/traces"
        assert "Content-Encoding" not in self.headers
        self.server.raw += body
        for of_service in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _texts(of_service.resource.attributes)["service.name"]
            self.server.spans += [
                Sent(
                    service,
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    _texts(span.attributes),
                )
                for scope in of_service.scope_spans
                for span in scope.spans
            ]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def _texts(attributes) -> dict[str, str]:
    return {each.key: each.value.string_value or str(each.value.int_value) for each in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector, for as long as the block lasts."""
    collector = Collector()
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    try:
        yield collector
    finally:
        collector.shutdown()
        collector.server_close()
