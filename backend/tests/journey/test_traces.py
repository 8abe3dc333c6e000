"""What whoever collects the traces learns: which way a request went, into the worker too, and of whom nothing."""

from collections.abc import Iterator

import httpx
import pytest

from scribe.cli.embedded.sample import Client, seal, send
from scribe.core.ids import new_id
from tests.journey.collector import Collector, Sent, collecting
from tests.journey.product import Product, running_product
from tests.journey.sounds import beginning
from tests.waiting import wait_until

pytestmark = pytest.mark.timeout(900)
CANARIES = ("Zyxgiven", "Qwvfamily", "Ghjnumber", "Pltsearch", "Mnbtyped", "nobody-at-all@")
PATIENT = {"given_name": "Zyxgiven", "family_name": "Qwvfamily", "identifier": "Ghjnumber"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture(scope="module")
def traced(collector: Collector) -> Iterator[Product]:
    settings = {"SCRIBE_DEMO_SAMPLE": "no", "TRANSCRIPTION_ENGINE": "fake"}
    with running_product(**settings, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as running:
        yield running


def test_a_trace_goes_from_nginx_into_the_worker_and_names_no_patient(traced: Product, collector: Collector) -> None:
    doctor = traced.person("Ellis")
    client = Client(traced.url, doctor)
    sent = send(client, beginning("ogg", 10), patient=PATIENT, template_key="soap")
    client.call("PUT", f"/api/consultations/{sent.consultation_id}/context", json={"text": "Mnbtyped"})
    client._http.get("/api/patients", params={"q": "Pltsearch"}).raise_for_status()
    # Refused by the database itself, whose words quote the row.
    assert client._http.get("/api/patients", params={"q": "Pltsearch\0"}).status_code == 422
    httpx.post(f"{traced.url}/api/session", json={"email": "nobody-at-all@x.example", "password": "Mnbtyped"})
    # As nginx does it (nginx/proxy_scribe.conf).
    name = new_id().hex
    client._http.headers.update({"X-Request-ID": name, "traceparent": f"00-{name}-{name[:16]}-01"})

    seal(client, sent)

    def below_nginx(service: str) -> list[Sent]:
        return [span for span in collector.of(name) if (span.service, span.parent) == (service, name[:16])]

    # A span is sent when it ends, after those below it.
    wait_until(lambda: below_nginx("scribe-api") and below_nginx("scribe-worker"), "both have sent their part")
    (asked,) = below_nginx("scribe-api")
    assert asked.name == "POST /api/recordings/{recording_id}/seal"
    assert asked.attributes["http.response.status_code"] == "200"
    statements = [span for span in collector.of(name) if span.parent == asked.id]
    assert "SELECT recordings" in {span.name for span in statements}
    routes = {span.attributes.get("http.route") for span in collector.spans}
    assert {"/api/patients", "/api/session"} <= routes
    assert "/health/ready" not in routes
    told = collector.raw.decode("latin-1")
    assert [canary for canary in (*CANARIES, doctor.email, sent.consultation_id) if canary in told] == []
