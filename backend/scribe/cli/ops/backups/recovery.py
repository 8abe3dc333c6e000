"""A PostgreSQL of our own on restored files: it replays the log up to a moment, and answers to nobody but us."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import psycopg2
import structlog

from scribe.cli.embedded import processes
from scribe.cli.embedded.home import others_can_enter
from scribe.cli.embedded.postgres import copy_binaries
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.programs import program

# In the data directory: the log to replay.
LOG_PLACE = "scribe-wal"
# The log held nothing as late as that moment: what it held is the state of the moment.
_ENDED_BEFORE = "recovery ended before configured recovery target was reached"
_DAY = 24 * 3600

_log = structlog.get_logger(__name__)


class RecoveryServer:
    """Listens on a socket in a directory that only its own user can enter; nobody is asked for a password there."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._user = processes.service_user()
        # Short: a socket's path has at most 107 characters.
        self._place = Path(tempfile.mkdtemp(prefix="scribe-pg-"))
        self._sockets, self.log = self._place / "s", self._place / "postgres.log"
        self._binaries = program("postgres").parent
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._place.chmod(0o711)
        if self._user and not others_can_enter(self._binaries):
            # Beside the data, not in /tmp: nothing may be executed there in a container.
            copy_binaries(self._copy)
            self._binaries = self._copy / "bin"
        self._sockets.mkdir(mode=0o700)
        (self._place / "hba.conf").write_text("local all all trust\n")
        for path in (self._sockets, *([self.data, *self.data.rglob("*")] if self._user else [])):
            if self._user:
                os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.rmtree(self._copy, ignore_errors=True)

    @property
    def _copy(self) -> Path:
        return self.data.parent / ".pginstall"

    def recover(self, moment: datetime | None, gap: str | None = None) -> None:
        """Replay the log up to the moment, or all of it, and be a server of its own from then on.

        Where a gap is named, and the log ends before the moment, it ends at that gap: `BackupFailed`.
        """
        (self.data / "recovery.signal").touch()
        if self._user:
            os.chown(self.data / "recovery.signal", self._user.pw_uid, self._user.pw_gid)
        if moment is None or not self._start(self._until(moment)):
            if gap is not None:
                raise BackupFailed(gap)
            self.start()
        shutil.rmtree(self.data / LOG_PLACE, ignore_errors=True)

    def start(self) -> None:
        """Start on files that are whole, or replay all of the log."""
        if not self._start({}):
            raise BackupFailed(f"PostgreSQL does not recover from this backup:\n{self._last_words()}")

    def url(self, role: str, database: str) -> str:
        """SQLAlchemy's address of a database here."""
        return f"postgresql+psycopg2://{role}@/{database}?host={self._sockets}"

    def connect(self, database: str) -> "psycopg2.extensions.connection":
        """A superuser's connection that commits each statement."""
        connection = psycopg2.connect(host=str(self._sockets), user="postgres", dbname=database, connect_timeout=5)
        connection.autocommit = True
        return connection

    def stop(self) -> None:
        """A clean shutdown: the files are whole."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGINT, seconds=600)

    @staticmethod
    def _until(moment: datetime) -> dict[str, str]:
        return {
            "recovery_target_time": moment.astimezone(UTC).isoformat(sep=" "),
            "recovery_target_action": "promote",
        }

    def _start(self, options: dict[str, str]) -> bool:
        """Start, and wait until it has recovered; False where the log ends before its target."""
        began = self.log.stat().st_size if self.log.exists() else 0
        self._process = processes.spawn(
            self._command(options), log=self.log, user=self._user, stop_signal=signal.SIGINT
        )
        deadline = time.monotonic() + _DAY
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(psycopg2.OperationalError):
                connection = self.connect("postgres")
                connection.close()
                return True
            time.sleep(0.1)
        if _ENDED_BEFORE in self.log.read_bytes()[began:].decode(errors="replace"):
            _log.info("recovery_log_ended_before_the_moment")
            return False
        raise BackupFailed(f"PostgreSQL does not recover from this backup:\n{self._last_words()}")

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def _command(self, options: dict[str, str]) -> list[str | Path]:
        ours = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "hba_file": str(self._place / "hba.conf"),
            "archive_mode": "off",
            "restore_command": f'cp "{LOG_PLACE}/%f" "%p"',
            # Else it wants at least as many connections as the server that was backed up.
            "hot_standby": "off",
            "recovery_target_timeline": "current",
            # All of the file system at once, not a thousand files one by one.
            "recovery_init_sync_method": "syncfs",
            "shared_buffers": "128MB",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "logging_collector": "off",
            "log_destination": "stderr",
        }
        command: list[str | Path] = [self._binaries / "postgres", "-D", self.data]
        for name, value in (ours | options).items():
            command += ["-c", f"{name}={value}"]
        return command
