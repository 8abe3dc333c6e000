"""Hints over PostgreSQL's LISTEN and NOTIFY: the fallback without Redis, and it crosses processes as Redis does.

One listening connection serves a whole process; it is opened with the first subscription.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import structlog
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from scribe.events.base import BusDown
from scribe.events.memory import Listeners

_CHANNEL = "scribe_events"
# A connection that only listens would not notice by itself that the other end is gone.
_NOTICE_LOSS = {"connect_timeout": 2, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")

_log = structlog.get_logger(__name__)


class PostgresBus:
    """Publishes on a connection of its own, after the commit that it tells of."""

    name = "postgres"

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._conninfo = make_conninfo(plain, **_NOTICE_LOSS)
        self._engine = create_engine(
            url,
            pool_size=1,
            max_overflow=4,
            pool_timeout=1,
            pool_pre_ping=True,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 2, "application_name": "scribe-events"},
        )
        self._listeners = Listeners()
        self._listening: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    def publish(self, channel: str, message: str) -> None:
        """Tell whoever listens, in any process."""
        try:
            with self._engine.connect() as connection:
                connection.execute(_NOTIFY, {"channel": _CHANNEL, "payload": json.dumps([channel, message])})
        except SQLAlchemyError as error:
            _log.warning("events_publish_failed", error=type(error).__name__)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages from the moment of entering; `BusDown` when the connection is lost."""
        await self._listen()
        async with self._listeners.subscribed(channel) as messages:
            yield messages

    def check(self) -> None:
        """Raise if PostgreSQL does not answer."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    async def _listen(self) -> None:
        async with self._opening:
            if self._listening is not None and not self._listening.done():
                return
            try:
                connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_CHANNEL)))
            except psycopg.Error as error:
                raise BusDown from error
            self._listening = asyncio.create_task(self._distribute(connection), name="events-listen")

    async def _distribute(self, connection: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
        try:
            with contextlib.suppress(psycopg.Error):
                async for notification in connection.notifies():
                    channel, message = json.loads(notification.payload)
                    self._listeners.tell(channel, message)
        finally:
            self._listeners.lose()
            await connection.close()
