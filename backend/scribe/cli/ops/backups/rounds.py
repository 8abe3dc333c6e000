"""What the backup service does, and when: each kind is due again a while after its last success."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import structlog

from scribe.cli.ops.backups import drill, keys, making, objects, pruning, received, reports, sets, verifying
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.receiver import Receiver
from scribe.cli.ops.backups.repository import Repository, open_repository
from scribe.cli.ops.backups.server import Server
from scribe.cli.ops.backups.sets import BackupSet, Kind
from scribe.cli.ops.backups.status import DRILL, Status
from scribe.core.settings import BackupSettings, Settings
from scribe.storage.base import ObjectStore, StoreUnavailable
from scribe.storage.factory import make_store

_AGAIN = timedelta(minutes=2)
# Read again each day; all of it: `scribe ops verify`.
_OBJECTS_READ = 200
FAILURES = (BackupFailed, psycopg2.Error, StoreUnavailable, OSError)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Backups:
    """The server, its audio, and the repository of one Scribe."""

    settings: Settings
    server: Server
    repository: Repository
    source: ObjectStore
    status: Status

    @property
    def ours(self) -> BackupSettings:
        """The backups' own settings."""
        return self.settings.backup

    @property
    def keep(self) -> timedelta:
        """How long backups are kept."""
        return timedelta(days=self.ours.backup_keep_days)

    def prepare(self) -> None:
        """See that this server can be backed up, and into this repository."""
        self.server.prepare()
        sets.refuse_another_cluster(self.repository, self.server.identity().system_id)

    def receiver(self) -> Receiver:
        """One that is not started yet."""
        return Receiver(self.server, self.repository, self.ours.backup_wal_seconds, self._note_received)

    def copy_database(self, kind: Kind) -> BackupSet:
        """A new set, with a list of the audio that belongs to it."""
        with self.server.only_maker():
            made = making.make(self.server, self.repository, kind)
            if made.kind == "full":
                objects.note_all(self.source, self.repository, sets.place_of(made.id))
        self.status.succeeded(made.kind)
        return made

    def copy_objects(self, *, were_deleted: bool = False) -> objects.Copied:
        """Copy what audio is new. Much that went at once is a loss, unless the operator says it was deleted."""
        now = datetime.now(UTC)
        done = objects.copy(self.source, self.repository, now, self.keep, were_deleted=were_deleted)
        self.status.succeeded("audio")
        return done

    def copy_keys(self) -> None:
        """Keep the secrets as they are now."""
        keys.keep(self.repository, self.ours, keys.secrets_here(), datetime.now(UTC))
        self.status.succeeded("keys")

    def prune(self) -> pruning.Pruned:
        """Drop what is too old."""
        with self.server.only_maker():
            return pruning.prune(self.repository, datetime.now(UTC), self.keep)

    def verify(self) -> None:
        """Read the newest backup again, and some of the audio; `BackupFailed` where anything is wrong."""
        found = verifying.verify(self.repository, self.ours, keys.secrets_here(), at_most_objects=_OBJECTS_READ)
        if found.problems:
            raise BackupFailed("The backups are not whole: " + " ".join(found.problems[:5]))

    def drill(self, moment: datetime | None = None) -> dict[str, Any]:
        """Restore a moment of the last day, and keep the signed report; `BackupFailed` where a check failed."""
        self.copy_objects()
        if moment is None and (known := sets.all_of(self.repository)):
            received.wait(self.repository, known[-1].finished_at)
        now = datetime.now(UTC)
        report = drill.run(self.repository, self.settings, moment or drill.random_moment(self.repository, now))
        body = reports.signed(report, self.ours.key)
        self.repository.put_open(f"reports/{now:%Y%m%dt%H%M%S}", body)
        if self.ours.backup_status_file is not None:
            self.ours.backup_status_file.with_name("drill.json").write_bytes(body)
        if report["passed"]:
            self.status.succeeded(DRILL)
        return report

    def _note_received(self, moment: datetime) -> None:
        received.note(self.repository, moment)
        self.status.succeeded("wal", at=moment)


def open_backups(settings: Settings) -> Backups:
    """All that the settings name, or `BackupFailed`."""
    return Backups(
        settings=settings,
        server=Server(settings.backup.backup_database_url.get_secret_value()),
        repository=open_repository(settings.backup),
        source=make_store(settings.storage),
        status=Status(settings.backup.backup_status_file),
    )


@dataclass
class Chore:
    """Something that is to be done again and again."""

    name: str
    every: timedelta
    do: Callable[[], object]
    last: Callable[[], datetime | None] = field(default=lambda: None)
    not_before: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it is time."""
        if self.not_before is None:
            # The first look: what an earlier run did counts.
            last = self.last()
            self.not_before = last + self.every if last else now
        return now >= self.not_before

    def run(self, now: datetime) -> bool:
        """Do it; a failure is told, and tried again in a while. Nothing else waits for it."""
        began = time.monotonic()
        try:
            self.do()
        except FAILURES as error:
            # Others' words may quote a row.
            reason = str(error)[:500] if isinstance(error, BackupFailed) else ""
            _log.error("backup_failed", chore=self.name, error=type(error).__name__, reason=reason)
        except Exception as error:  # noqa: BLE001 - a chore of which we have made a mess stops no other
            # Until it is mended the log is received, and all else is done.
            _log.exception("backup_failed", chore=self.name, error=type(error).__name__, reason="a fault in Scribe")
        else:
            self.not_before = now + self.every
            _log.info("backup_done", chore=self.name, seconds=round(time.monotonic() - began, 1))
            return True
        self.not_before = now + min(_AGAIN, self.every)
        return False


def run(backups: Backups, stopping: threading.Event) -> None:
    """Be the backup service until told to stop."""
    backups.prepare()
    ours, timeline = backups.ours, backups.server.identity().timeline
    chores = [
        Chore("objects", timedelta(seconds=ours.backup_objects_seconds), backups.copy_objects),
        Chore(
            "full",
            timedelta(hours=ours.backup_full_hours),
            lambda: backups.copy_database("full"),
            _last(backups, timeline, "full"),
        ),
        Chore(
            "incremental",
            timedelta(minutes=ours.backup_incremental_minutes),
            lambda: backups.copy_database("incremental"),
            _last(backups, timeline),
        ),
        Chore("keys", timedelta(hours=1), backups.copy_keys),
        Chore("prune", timedelta(days=1), backups.prune),
        Chore("verify", timedelta(days=1), backups.verify),
        Chore(
            "drill",
            timedelta(hours=ours.backup_drill_hours),
            lambda: _must_pass(backups.drill()),
            _last_report(backups),
        ),
    ]
    receiver = backups.receiver()
    receiver.start()
    try:
        while not stopping.is_set():
            for chore in chores:
                now = datetime.now(UTC)
                if not stopping.is_set() and chore.is_due(now):
                    chore.run(now)
            stopping.wait(1)
    finally:
        receiver.stop()


def once(backups: Backups, kind: Kind, *, audio_was_deleted: bool = False) -> BackupSet:
    """One backup of everything now, whether or not the service runs."""
    backups.prepare()
    receiver = backups.receiver()
    receiver.start()
    try:
        backups.copy_objects(were_deleted=audio_was_deleted)
        made = backups.copy_database(kind)
        backups.copy_keys()
        # So that it can be restored by its moment at once, and drilled.
        received.wait(backups.repository, made.finished_at)
    finally:
        receiver.stop()
    return made


def _must_pass(report: dict[str, Any]) -> None:
    failed = [f"{each['name']}: {each['problem']}" for each in report["checks"] if not each["passed"]]
    if failed:
        raise BackupFailed("The drill failed. " + " ".join(failed))


def _last(backups: Backups, timeline: int, kind: Kind | None = None) -> Callable[[], datetime | None]:
    """When a set (of the kind) was last made. One that the log of today does not follow counts for nothing."""

    def find() -> datetime | None:
        known = [each for each in sets.all_of(backups.repository) if kind in (None, each.kind)]
        known = [each for each in known if each.timeline == timeline]
        if not known or not making.is_followed(backups.repository, known[-1]):
            return None
        return known[-1].finished_at

    return find


def _last_report(backups: Backups) -> Callable[[], datetime | None]:
    def find() -> datetime | None:
        newest = max(backups.repository.names("reports/"), default=None)
        return (
            datetime.strptime(newest.removeprefix("reports/"), "%Y%m%dt%H%M%S").replace(tzinfo=UTC) if newest else None
        )

    return find
