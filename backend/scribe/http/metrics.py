"""Figures for Prometheus, for askers inside only."""

import ipaddress
import secrets

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import State

from scribe.core import backup_status
from scribe.core.errors import NotFound
from scribe.jobs import queries as jobs
from scribe.storage.filesystem import FilesystemStore

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

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics(request: Request) -> Response:
    """This process's figures, and what is the same for all: queue, room, backups. From outside: not found."""
    if not _is_inside(request):
        raise NotFound
    shared = CollectorRegistry()
    _tell_queue(shared, request.app.state)
    _tell_room(shared, request.app.state)
    _tell_backups(shared, request.app.state)
    return Response(generate_latest() + generate_latest(shared), media_type=CONTENT_TYPE_LATEST)


def _tell_queue(registry: CollectorRegistry, state: State) -> None:
    """The queue, which also tells when no worker runs; without a database, that there is none."""
    is_up = Gauge("scribe_database_up", "1 where this process reaches its database, else 0.", registry=registry)
    try:
        with state.session_factory() as session:
            seen = jobs.depth_and_age(session)
    except SQLAlchemyError as error:
        # The other figures are wanted most when something is down.
        log.warning("queue_not_told", error=type(error).__name__)
        return
    is_up.set(1)
    Gauge("scribe_queue_waiting", "Jobs that wait.", registry=registry).set(seen.waiting)
    Gauge("scribe_queue_running", "Jobs that run.", registry=registry).set(seen.running)
    Gauge("scribe_queue_oldest_seconds", "How long the oldest due job waits.", registry=registry).set(
        seen.oldest_seconds
    )


def _tell_room(registry: CollectorRegistry, state: State) -> None:
    """The disk that audio is kept on; a bucket has no such thing."""
    if not isinstance(state.store, FilesystemStore):
        return
    free, size = state.store.room()
    Gauge("scribe_storage_free_bytes", "Bytes free where audio is kept.", registry=registry).set(free)
    Gauge("scribe_storage_size_bytes", "Bytes in all where audio is kept.", registry=registry).set(size)


def _tell_backups(registry: CollectorRegistry, state: State) -> None:
    """When each kind of backup last succeeded, and the drill; nothing where no status file is set."""
    path = state.settings.backup.backup_status_file
    if path is None:
        return
    status = backup_status.read(path)
    last = Gauge(
        "scribe_backup_last_success_timestamp_seconds",
        "When a backup of this kind last succeeded; 0: never.",
        ["kind"],
        registry=registry,
    )
    for kind, moment in status.last_success.items():
        last.labels(kind).set(moment.timestamp())
    Gauge(
        "scribe_backup_drill_last_success_timestamp_seconds",
        "When a restore drill last succeeded; 0: never.",
        registry=registry,
    ).set(status.drill_last_success.timestamp())


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
