"""The PostgreSQL that is backed up, and its programs."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2
from psycopg2.extras import PhysicalReplicationConnection
from sqlalchemy import make_url

from scribe.cli.ops.backups.errors import BackupFailed

SLOT = "scribe_backup"
# The programs' own major version: an incremental backup, and a recovery, need the server's.
MAJOR = 17
_ONE_MAKER = 727275
# A server that fell silent is noticed by the kernel, not waited for.
_PATIENCE: dict[str, Any] = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5}
_PATIENCE |= {"keepalives_count": 4, "tcp_user_timeout": 30_000}


@dataclass(frozen=True)
class Identity:
    """Which cluster it is, and on which timeline; a restored cluster keeps its name and begins a new timeline."""

    system_id: str
    timeline: int


class Server:
    """A server that we may replicate from, by its address."""

    def __init__(self, url: str) -> None:
        if not url:
            raise BackupFailed("BACKUP_DATABASE_URL is not set: the address of the database, with the backups' role.")
        parsed = make_url(url)
        self._fields: dict[str, Any] = {
            "host": parsed.host or "127.0.0.1",
            "port": str(parsed.port or 5432),
            "user": parsed.username or "",
            "password": parsed.password or "",
            "dbname": parsed.database or "",
            "sslmode": parsed.query.get("sslmode", "prefer"),
        }

    @property
    def environment(self) -> dict[str, str]:
        """How PostgreSQL's programs find it: not on a command line, which everybody on the machine can read."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
        given = {names[field]: value for field, value in self._fields.items() if field in names}
        return {**os.environ, **given, "PGDATABASE": self._fields["dbname"], "PGCONNECT_TIMEOUT": "10"}

    def connect(self) -> "psycopg2.extensions.connection":
        """A connection that commits each statement."""
        connection: psycopg2.extensions.connection = psycopg2.connect(
            **self._fields, **_PATIENCE, application_name="scribe-backup"
        )
        connection.autocommit = True
        return connection

    def replicate(self) -> PhysicalReplicationConnection:
        """A connection that the write-ahead log comes over."""
        connection: PhysicalReplicationConnection = psycopg2.connect(
            **self._fields,
            **_PATIENCE,
            application_name="scribe-backup-wal",
            connection_factory=PhysicalReplicationConnection,
        )
        return connection

    def identity(self) -> Identity:
        """Who it is."""
        with contextlib.closing(self.replicate()) as connection:
            cursor = connection.cursor()
            cursor.execute("IDENTIFY_SYSTEM")
            found: Any = cursor.fetchone()
            return Identity(str(found[0]), int(found[1]))

    def now(self) -> datetime:
        """The server's own time, which is what commits are stamped with."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = _only(cursor)
            return moment

    def prepare(self) -> None:
        """See that it can be backed up as we do; where we may, switch on what incremental backups need."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            if (major := _only(cursor)) != MAJOR:
                raise BackupFailed(
                    f"The server is PostgreSQL {major}; point-in-time backups need {MAJOR}. `scribe ops backup dump` "
                    "works with others."
                )
            cursor.execute("SELECT current_setting('wal_segment_size')")
            if (size := _only(cursor)) != "16MB":
                raise BackupFailed(f"The server's WAL segments are of {size}, not 16MB.")
            cursor.execute(
                "SELECT rolsuper AND current_setting('summarize_wal') = 'off' FROM pg_roles"
                " WHERE rolname = current_user"
            )
            if _only(cursor):
                cursor.execute("ALTER SYSTEM SET summarize_wal = on")
                cursor.execute("SELECT pg_reload_conf()")

    def schema_version(self) -> str:
        """The last migration of the database."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT version_num FROM alembic_version")
            return str(_only(cursor))

    @contextlib.contextmanager
    def only_maker(self) -> Iterator[None]:
        """Nobody else makes or prunes sets meanwhile, on whatever host; the lock goes with our connection."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (_ONE_MAKER,))
            if not _only(cursor):
                raise BackupFailed("Another backup is being made. Wait for it, or look at the `backup` service.")
            yield

    def drop_slot(self) -> bool:
        """Let go of the log that is held back for us; False where there is none."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s", (SLOT,)
            )
            return cursor.rowcount > 0


def _only(cursor: Any) -> Any:
    """The one value of a query that always has one."""
    return cursor.fetchone()[0]
