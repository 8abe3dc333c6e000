"""Reads that a streaming replica may answer, and when it may (docs/decisions/0014-replica.md)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from scribe.core.settings import DatabaseSettings
from scribe.db.session import make_engine

# After a failure the replica is left alone for this long: a dead one must not slow down every list.
_REST_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 0.005
# One that does not even answer the network is given up sooner than the primary would be.
_IMPATIENT = {"connect_timeout": 2, "tcp_user_timeout": 2000}

# Commits are acknowledged once they are flushed, so all that anyone was told stands before this place in the log.
_FLUSHED = text("SELECT pg_current_wal_flush_lsn()::text")
# A replica that was promoted goes its own way: it has no more to say.
_HAS = text("SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn)")
# While the primary is quiet its last commit grows old, and nothing is behind; unless nothing is received any more.
_BEHIND = text(
    "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
    " AND EXISTS (TABLE pg_stat_wal_receiver) THEN 0"
    " ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END"
)

reads_total = Counter(
    "scribe_replica_reads_total",
    "Lists and searches where a replica is set, by who answered: it, or the primary because it was behind or failed.",
    ["answered"],
)
_Found = TypeVar("_Found")
_log = structlog.get_logger(__name__)


class ReplicaAway(Exception):
    """It does not answer, or did not a moment ago."""


class Replica:
    """The replica that the settings name, or none (`app.state.replica`)."""

    def __init__(self, settings: DatabaseSettings) -> None:
        url = settings.database_replica_url.get_secret_value()
        self._engine = make_engine(settings, url, **_IMPATIENT) if url else None
        self._wait_seconds = settings.database_replica_wait_ms / 1000
        self._lock = threading.Lock()
        self._has_failed, self._rest_until = False, 0.0

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self._engine is not None

    def read(self, primary: Session, ask: Callable[[Session], _Found]) -> _Found:
        """What `ask` finds: on the replica, if that has all that the primary has now; else on the primary.

        `ask` gets a session that sees the same clinic, only reads, and may be called a second time.
        """
        if self._engine is None:
            return ask(primary)
        place, clinic_id = primary.scalar(_FLUSHED), primary.info.get("clinic_id")
        try:
            # No keyring and no actor: an audit event cannot even be tried here.
            with self._connection() as connection, Session(connection, expire_on_commit=False) as session:
                session.info["clinic_id"] = clinic_id
                if self._catches_up(session, place):
                    return _counted("replica", ask(session))
        except ReplicaAway:
            return _counted("primary_after_failure", ask(primary))
        return _counted("primary_for_lag", ask(primary))

    def seconds_behind(self) -> float:
        """How old the newest thing is that it shows, or `ReplicaAway`."""
        with self._connection() as connection:
            return float(connection.execute(_BEHIND).scalar_one())

    def close(self) -> None:
        """Give up its connections."""
        if self._engine is not None:
            self._engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection, or `ReplicaAway`: at once where it failed a moment ago, and also if it fails in the block."""
        if self._engine is None:
            raise ReplicaAway
        with self._lock:
            if time.monotonic() < self._rest_until:
                raise ReplicaAway
            if self._has_failed:
                # One tries whether it is back; all others go on without.
                self._rest_until = time.monotonic() + _REST_SECONDS
        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolExhausted) as error:
            # Gone, or it had to end our query to go on replaying.
            self._note(failed=True)
            _log.warning("replica_failed", error=type(error).__name__, seconds=_REST_SECONDS)
            raise ReplicaAway from error
        self._note(failed=False)

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._has_failed = failed
            self._rest_until = time.monotonic() + _REST_SECONDS if failed else 0.0

    def _catches_up(self, session: Session, place: str | None) -> bool:
        deadline = time.monotonic() + self._wait_seconds
        while not session.scalar(_HAS, {"place": place}):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_EVERY_SECONDS)
        return True


@dataclass(frozen=True)
class Reader:
    """The request's way to the replica."""

    replica: Replica
    primary: Session

    def read(self, ask: Callable[[Session], _Found]) -> _Found:
        """See `Replica.read`."""
        return self.replica.read(self.primary, ask)


def _counted(answered: str, found: _Found) -> _Found:
    reads_total.labels(answered).inc()
    return found
