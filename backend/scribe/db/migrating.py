"""Migrations that never hold a clinic up: each waits briefly for its locks, gives way, and tries again, so often."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

_ONE_MIGRATOR = 727274
# PostgreSQL's appendix A.
_LOCK_NOT_AVAILABLE, _DEADLOCK, _QUERY_CANCELED = "55P03", "40P01", "57014"
# By pg_locks, which every role may read. Never what they ask for: that may name a patient.
_HOLDERS = text(
    "SELECT format('process %s (%s) uses %s', pid, coalesce(nullif(min(application_name), ''), 'without a name'),"
    " string_agg(DISTINCT relname, ', ')) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " JOIN pg_class ON pg_class.oid = relation AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    " WHERE granted AND pid <> pg_backend_pid() GROUP BY pid ORDER BY min(backend_start) LIMIT 5"
)


class MigrationGaveUp(Exception):
    """A migration that could not be done now. What it had begun was undone."""


@dataclass(frozen=True)
class Bounds:
    """How long a migration may be in the way of others, and how often it asks again."""

    # Whoever asks for the same table meanwhile waits behind it.
    lock_seconds: float = 2
    statement_seconds: float = 60
    tries: int = 10
    # Between two tries, all those who waited get their turn.
    pause_seconds: float = 3


def apply_within(bounds: Bounds, url: str, apply: Callable[[Connection], None], say: Callable[[str], None]) -> None:
    """Call `apply`, which commits migration by migration, until it ends or has lost its patience."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=_limits(bounds))
    for number in range(1, bounds.tries + 1):
        try:
            with engine.connect() as connection:
                # One migration at a time, whoever starts it. The connection's end gives it back.
                connection.execute(text(f"SELECT pg_advisory_lock({_ONE_MIGRATOR})"))
                connection.commit()
                apply(connection)
            return
        except DBAPIError as error:
            state = getattr(error.orig, "pgcode", None)
            if state == _QUERY_CANCELED:
                raise MigrationGaveUp(
                    f"A migration took longer than {bounds.statement_seconds:g} seconds and was undone, so that nobody"
                    " waits for it. Try again when few people work."
                ) from error
            if state not in {_LOCK_NOT_AVAILABLE, _DEADLOCK}:
                raise
            others = _holders(url)
            if number == bounds.tries:
                raise MigrationGaveUp(
                    f"A migration could not have a table to itself, {number} times, and gave up. It changed nothing,"
                    f" and nobody waits for it. In the way may be: {others}. Let it end, or end it, and run this again."
                ) from error
        say(f"A table is in use; trying again ({number} of {bounds.tries}). In the way may be: {others}.")
        time.sleep(bounds.pause_seconds)


def _limits(bounds: Bounds) -> dict[str, str]:
    milliseconds = {"lock_timeout": bounds.lock_seconds, "statement_timeout": bounds.statement_seconds}
    options = " ".join(f"-c {name}={round(seconds * 1000)}" for name, seconds in milliseconds.items())
    return {"options": options, "application_name": "scribe-migrate"}


def _holders(url: str) -> str:
    """Who uses tables at this moment."""
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            return "; ".join(connection.scalars(_HOLDERS)) or "somebody who has just ended, or another migration"
    except OperationalError:
        return "unknown"
