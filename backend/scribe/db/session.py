"""Sessions that see one clinic at a time, and nothing at all until they are told which."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from scribe.core.crypto import KeyRing
from scribe.core.errors import Unstorable
from scribe.core.settings import DatabaseSettings

_SET_CLINIC = text("SELECT set_config('app.clinic_id', :clinic_id, true)")
# A connection that rested for longer is tried before it is used: the server may have gone meanwhile.
_TRIED_AFTER_SECONDS = 1.0

# NUL inside JSONB, and bytes that are no text of the database's encoding (PostgreSQL's appendix A).
_NO_TEXT = frozenset({"22P05", "22021"})


def make_engine(settings: DatabaseSettings, url: str = "", **connect: Any) -> Engine:
    """A pool of connections as the role that owns nothing; to DATABASE_URL, unless told otherwise."""
    limits = {
        "statement_timeout": settings.database_statement_timeout_ms,
        "idle_in_transaction_session_timeout": settings.database_idle_transaction_timeout_ms,
    }
    engine = create_engine(
        url or settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_max_overflow,
        # An error's text may reach a log; the values of a statement must not.
        hide_parameters=True,
        connect_args={
            "options": " ".join(["-c timezone=UTC", *(f"-c {name}={value}" for name, value in limits.items())]),
            "application_name": "scribe",
            "connect_timeout": 5,
            **connect,
        },
    )
    _try_rested_connections(engine)
    return engine


def make_session_factory(bind: Engine | Connection, keyring: KeyRing, **options: Any) -> sessionmaker[Session]:
    """Sessions on `bind`; objects stay readable after the commit. The keyring signs the audit trail's links."""
    return sessionmaker(bind, expire_on_commit=False, info={"keyring": keyring}, **options)


def enter_clinic(session: Session, clinic_id: UUID) -> None:
    """Let the session see this clinic's rows, in this transaction and its next ones."""
    session.info["clinic_id"] = clinic_id
    if session.in_transaction():
        session.execute(_SET_CLINIC, {"clinic_id": str(clinic_id)})


@contextmanager
def clinic_session(factory: sessionmaker[Session], clinic_id: UUID) -> Iterator[Session]:
    """One transaction inside a clinic: commits on return, rolls back on raise."""
    with factory() as session:
        session.info["clinic_id"] = clinic_id
        with session.begin():
            yield session


def _try_rested_connections(engine: Engine) -> None:
    """As `pool_pre_ping` does, without asking again what answered a moment ago."""

    def rest(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["rests_since"] = time.monotonic()

    def wake(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        since = entry.info.pop("rests_since", None)
        if since is None or time.monotonic() - since < _TRIED_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # All connections of the pool are as old as this one.
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", wake)


@event.listens_for(Session, "after_begin")
def _tell_the_database_whose_rows(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    # Transaction-local: a pooled connection forgets it at the commit, so no clinic leaks into the next request.
    clinic_id = session.info.get("clinic_id")
    if clinic_id is not None:
        connection.execute(_SET_CLINIC, {"clinic_id": str(clinic_id)})


@event.listens_for(Engine, "handle_error")
def _name_what_no_text_may_hold(context: ExceptionContext) -> None:
    # One place for every text of every request: whoever forgets to look for NUL still answers in words.
    error = context.original_exception
    # The driver refuses NUL in a plain parameter itself, before the database sees it.
    by_driver = isinstance(error, ValueError) and "NUL" in str(error)
    if by_driver or getattr(error, "pgcode", None) in _NO_TEXT:
        raise Unstorable
