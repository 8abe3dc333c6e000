"""Figures for Prometheus, for askers inside only."""

import ipaddress
import secrets

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest

from scribe.core.errors import NotFound
from scribe.jobs import queries as jobs

# The acknowledgement of a chunk is the time of its route.
request_duration_seconds = Histogram(
    "scribe_http_request_duration_seconds",
    "Seconds from a request to the start of its answer.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)

# Not `is_private`: that holds documentation and benchmark ranges too.
_INSIDE = [
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
]

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics(request: Request) -> Response:
    """This process's figures and the queue's, which also tells when no worker runs. From outside: not found."""
    if not _is_inside(request):
        raise NotFound
    queue = CollectorRegistry()
    with request.app.state.session_factory() as session:
        seen = jobs.depth_and_age(session)
    Gauge("scribe_queue_waiting", "Jobs that wait.", registry=queue).set(seen.waiting)
    Gauge("scribe_queue_running", "Jobs that run.", registry=queue).set(seen.running)
    Gauge("scribe_queue_oldest_seconds", "How long the oldest due job waits.", registry=queue).set(seen.oldest_seconds)
    return Response(generate_latest() + generate_latest(queue), media_type=CONTENT_TYPE_LATEST)


def _is_inside(request: Request) -> bool:
    token = request.app.state.settings.security.metrics_token.get_secret_value()
    if token:
        return secrets.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers or request.client is None:
        # It came through the proxy, so from outside.
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in _INSIDE)
