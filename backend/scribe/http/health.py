"""Is Scribe well? For people, load balancers and orchestrators."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import State

from scribe import __version__
from scribe.jobs import queries as jobs
from scribe.transcription import conditions
from scribe.transcription.conditions import Condition

Found = TypeVar("Found")
Word = Literal["healthy", "degraded", "unhealthy", "not_configured"]
# A flood of questions is answered from one look.
_KEEP_SECONDS = 1.0
# A job that waited so long says that no worker runs.
_LATE_SECONDS = 300
# So far behind, a replica is rarely of use to anyone.
_BEHIND_SECONDS = 30

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)


class RegionHealth(BaseModel):
    """AssemblyAI in one region that this server has a key for, as the last calls found it."""

    region: str
    reachable: bool
    key_refused: bool
    balance: Literal["ok", "negative"]

    @classmethod
    def of(cls, found: Condition) -> "RegionHealth":
        """The condition as it is told."""
        return cls(
            region=found.region,
            reachable=found.reachable,
            key_refused=found.key_refused,
            balance="negative" if found.balance_negative else "ok",
        )


class Details(BaseModel):
    """What is behind a word, where there is more to say."""

    # Empty where no key is set.
    assemblyai: list[RegionHealth] = []


class Health(BaseModel):
    """What `/health` answers."""

    status: Literal["healthy", "degraded", "unhealthy"]
    timestamp: str
    version: str
    # What transcribes for clinics that chose nothing.
    engine: str
    dependencies: dict[str, Word]
    # Without Redis each process counts requests for itself, and live hints go through PostgreSQL.
    limits: Literal["redis", "in_process", "off"]
    live_updates: str
    details: Details


@dataclass(frozen=True)
class Seen:
    """One look at all dependencies."""

    words: dict[str, Word]
    details: Details


class Kept(Generic[Found]):
    """What was found at most a second ago; whoever asks meanwhile waits for the one look that there is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: tuple[float, Found] | None = None

    def get(self, find: Callable[[], Found]) -> Found:
        """What was found just now, or else is found."""
        with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > _KEEP_SECONDS:
                self._found = time.monotonic(), find()
            return self._found[1]


class Checks:
    """Looks at what Scribe depends on (`app.state.health`)."""

    def __init__(self) -> None:
        self._seen, self._database = Kept[Seen](), Kept[Word]()

    def look(self, state: State) -> Seen:
        """How each dependency does, at most a second ago."""
        return self._seen.get(lambda: _look(state, self.database(state)))

    def database(self, state: State) -> Word:
        """How the database does, whatever else is waited for."""
        return self._database.get(lambda: _tried("database", lambda: _ask_database(state)))


@router.get("/health")
def read_health(request: Request, response: Response) -> Health:
    """Everything. Degraded is not unhealthy: recording goes on."""
    look: Seen = request.app.state.health.look(request.app.state)
    seen = look.words
    is_broken = "unhealthy" in (seen["database"], seen["storage"])
    response.status_code = 503 if is_broken else 200
    others = {"degraded", "unhealthy"} & set(seen.values())
    status: Literal["healthy", "degraded", "unhealthy"] = (
        "unhealthy" if is_broken else "degraded" if others else "healthy"
    )
    now = request.app.state.clock.now().isoformat()
    return Health(
        status=status,
        timestamp=now,
        version=__version__,
        engine=request.app.state.settings.default_engine,
        dependencies=seen,
        limits=request.app.state.limits.standing,
        live_updates=request.app.state.events.name,
        details=look.details,
    )


@router.get("/health/live")
def read_liveness() -> dict[str, str]:
    """This process answers; a restart would help nothing that it lacks."""
    return {"status": "alive"}


@router.get("/health/ready")
def read_readiness(request: Request, response: Response) -> dict[str, str]:
    """Requests may be sent here."""
    # Nothing else: a store that does not answer must not take the whole site away.
    is_ready = request.app.state.health.database(request.app.state) == "healthy"
    response.status_code = 200 if is_ready else 503
    return {"status": "ready" if is_ready else "not_ready"}


def _look(state: State, database: Word) -> Seen:
    has_redis = bool(state.settings.redis.redis_url.get_secret_value())
    vendor = _ask_about_vendor(state) if database == "healthy" else []
    words: dict[str, Word] = {
        "database": database,
        "replica": _replica(state) if state.replica.is_set else "not_configured",
        "redis": _tried("redis", state.events.check) if has_redis else "not_configured",
        "assemblyai": _of_vendor(vendor) if state.settings.vendor.is_configured else "not_configured",
        "storage": _tried("storage", state.store.check),
        "queue": _queue(state) if database == "healthy" else "unhealthy",
    }
    return Seen(words, Details(assemblyai=[RegionHealth.of(each) for each in vendor]))


def _ask_about_vendor(state: State) -> Sequence[Condition]:
    """What the worker's calls found; the service itself asks no vendor."""
    try:
        with state.session_factory() as session:
            return conditions.of_configured(session, state.settings.vendor)
    except SQLAlchemyError as error:
        log.warning("dependency_unhealthy", dependency="assemblyai", error=type(error).__name__)
        return []


def _of_vendor(regions: Sequence[Condition]) -> Word:
    return "healthy" if regions and all(each.is_well for each in regions) else "degraded"


def _tried(name: str, ask: Callable[[], Any]) -> Word:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever it raises, it is not well
        log.warning("dependency_unhealthy", dependency=name, error=type(error).__name__)
        return "unhealthy"
    return "healthy"


def _ask_database(state: State) -> None:
    with state.session_factory() as session:
        session.execute(text("SELECT 1"))


def _replica(state: State) -> Word:
    """Behind or gone is the same to users: the primary answers for it, and slows down."""
    seconds: list[float] = []
    if _tried("replica", lambda: seconds.append(state.replica.seconds_behind())) != "healthy":
        return "degraded"
    return "degraded" if seconds[0] > _BEHIND_SECONDS else "healthy"


def _queue(state: State) -> Word:
    try:
        with state.session_factory() as session:
            oldest = jobs.depth_and_age(session).oldest_seconds
    except Exception as error:  # noqa: BLE001 - see above
        log.warning("dependency_unhealthy", dependency="queue", error=type(error).__name__)
        return "unhealthy"
    return "degraded" if oldest > _LATE_SECONDS else "healthy"
