"""A Scribe that is backed up: a real PostgreSQL with a clinic, and a recording whose audio really decodes."""

import base64
import contextlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from scribe.audit import service as audit
from scribe.cli.embedded.postgres import APP_ROLE, DATABASE, OWNER_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port
from scribe.cli.ops.backups import keys, received
from scribe.cli.ops.backups.recovery import RecoveryServer
from scribe.cli.ops.backups.repository import Repository, open_repository
from scribe.cli.ops.backups.rounds import Backups
from scribe.cli.ops.backups.server import Server
from scribe.cli.ops.backups.status import Status
from scribe.consultations.models import Consent, Consultation, Stage
from scribe.core.crypto import KeyRing, SegmentSealer
from scribe.core.settings import (
    AppSettings,
    BackupSettings,
    DatabaseSettings,
    SecuritySettings,
    Settings,
    StorageSettings,
)
from scribe.db.session import make_session_factory
from scribe.recordings.keeping import Place, audio_key_of
from scribe.recordings.models import Recording, RecordingState
from scribe.storage.filesystem import FilesystemStore
from tests.consultations.builders import NOON, Practice, a_practice
from tests.recordings.media import a_file
from tests.waiting import wait_until

BACKEND = Path(__file__).parents[2]
APP_PASSWORD, OWNER_PASSWORD = "app-of-source", "owner-of-source"
ROOT_KEY = bytes(range(1, 33))
RECOVERY, RECOVERY_PUBLIC = keys.new_recovery_key()


@dataclass
class Source:
    """What is backed up. Tests share it: each adds to it, and none takes anything away."""

    postgres: EmbeddedPostgres
    store: FilesystemStore
    practice: Practice
    objects: Path

    @property
    def server(self) -> Server:
        return Server(self.postgres.superuser_url())

    def query(self, statement: str, *values: object) -> list[tuple]:
        """As the superuser, committed at once."""
        with contextlib.closing(self.postgres._admin(DATABASE)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def now(self) -> datetime:
        """By the server's clock."""
        return self.query("SELECT clock_timestamp()")[0][0]

    def record(self, seconds: float = 3) -> UUID:
        """A consultation whose recording has been assembled; its transcript is waited for."""
        practice = self.practice
        with practice.session() as session:
            consultation = practice.processing(session, Stage.TRANSCRIBE)
            key = practice.keyring.consultation_key(
                practice.id, practice.clinic.wrapped_key, consultation.id, consultation.wrapped_key
            )
            place = Place(practice.id, consultation.id, consultation.recording_id).audio_key(1)
            sealed = io.BytesIO()
            sealer = SegmentSealer(audio_key_of(key), place, sealed)
            sealer.write(0, a_file("webm", seconds))
            size = sealer.close()
            self.store.put(place, sealed.getvalue())
            audit.record(session, "recording.assembled", entity_type="recording", entity_id=consultation.recording_id)
            session.add_all(
                [_consent(practice, consultation), _recording(practice, consultation, place, size, seconds)]
            )
        return consultation.id


def _consent(practice: Practice, consultation: Consultation) -> Consent:
    return Consent(
        clinic_id=practice.id,
        consultation_id=consultation.id,
        method="verbal",
        wording="May we record?",
        wording_version="1",
        given_at=NOON,
        recorded_by=practice.doctor.id,
    )


def _recording(practice: Practice, consultation: Consultation, place: str, size: int, seconds: float) -> Recording:
    return Recording(
        id=consultation.recording_id,
        clinic_id=practice.id,
        consultation_id=consultation.id,
        source="upload",
        state=RecordingState.ASSEMBLED,
        started_at=NOON,
        last_chunk_at=NOON,
        sealed_at=NOON,
        sealed_by="client",
        manifest={"segments": []},
        duration_ms=int(seconds * 1000),
        audio_key=place,
        audio_mime_type="audio/webm",
        audio_bytes=size,
        peaks=[],
    )


@contextlib.contextmanager
def running_source(root: Path) -> Iterator[Source]:
    """A source of its own, for as long as the block lasts."""
    # Durable: what has only been promised to be written soon is in no log yet.
    server = EmbeddedPostgres(root, free_port())
    server.start()
    try:
        server.ensure_database(DATABASE, APP_PASSWORD, OWNER_PASSWORD)
        config = Config(str(BACKEND / "alembic.ini"))
        config.attributes["url"] = server.url(OWNER_ROLE, OWNER_PASSWORD)
        command.upgrade(config, "head")
        engine = create_engine(server.url(APP_ROLE, APP_PASSWORD))
        keyring = KeyRing(ROOT_KEY)
        practice = a_practice(make_session_factory(engine, keyring), keyring)
        source = Source(server, FilesystemStore(root / "objects"), practice, root / "objects")
        source.record()
        yield source
        engine.dispose()
    finally:
        server.stop()


def settings_of(source: Source, repository: str, **changes: object) -> Settings:
    """The settings of a backup service beside the source."""
    key = base64.b64encode(ROOT_KEY).decode()
    backup: dict[str, object] = {
        "backup_repository": repository,
        "backup_key": base64.b64encode(bytes(range(2, 34))).decode(),
        "backup_recovery_public": RECOVERY_PUBLIC,
        "backup_database_url": source.postgres.superuser_url(),
        "backup_wal_seconds": 0.1,
    }
    return Settings(
        app=AppSettings(environment="embedded"),
        database=DatabaseSettings(database_url=source.postgres.url(APP_ROLE, APP_PASSWORD)),
        storage=StorageSettings(storage_root=source.objects),
        security=SecuritySettings(root_key=key, token_key=key),
        backup=BackupSettings(**(backup | changes)),
    )


def backups_of(source: Source, settings: Settings) -> Backups:
    """As `open_backups` makes them."""
    repository = open_repository(settings.backup)
    return Backups(settings, source.server, repository, source.store, Status(settings.backup.backup_status_file))


def environment_of(settings: Settings) -> dict[str, str]:
    """The same settings for a command in a process of its own."""
    backup = settings.backup
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BACKUP_", "S3_", "DATABASE_"))},
        "PYTHONPATH": str(BACKEND),
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": settings.database.database_url.get_secret_value(),
        "ROOT_KEY": settings.security.root_key.get_secret_value(),
        "TOKEN_KEY": settings.security.token_key.get_secret_value(),
        "STORAGE_ROOT": str(settings.storage.storage_root),
        "BACKUP_REPOSITORY": backup.backup_repository,
        "BACKUP_KEY": backup.backup_key.get_secret_value(),
        "BACKUP_RECOVERY_PUBLIC": backup.backup_recovery_public,
        "BACKUP_DATABASE_URL": backup.backup_database_url.get_secret_value(),
        "BACKUP_WAL_SECONDS": str(backup.backup_wal_seconds),
    }


@contextlib.contextmanager
def receiving(backups: Backups) -> Iterator[None]:
    """The log is received in the block."""
    backups.server.prepare()
    receiver = backups.receiver()
    receiver.start()
    try:
        yield
    finally:
        receiver.stop()


def wait_for_log(repository: Repository, moment: datetime) -> None:
    """Until all that was committed by then is kept."""
    wait_until(lambda: (until := received.until(repository)) is not None and until >= moment, "the log to be kept")


Change = Callable[[bytes], bytes]


def damage(directory: Path, name: str, change: Change) -> None:
    """Change an object of a repository behind its back."""
    path = directory / name
    path.write_bytes(change(path.read_bytes()))


def rows(place: Path, table: str) -> list[int]:
    """What a restored database has in the table."""
    return [n for (n,) in _asked(place, f"SELECT n FROM {table} ORDER BY n")]


def password(place: Path) -> str:
    """What a restored database keeps of the app's password."""
    return _asked(place, f"SELECT rolpassword FROM pg_authid WHERE rolname = '{APP_ROLE}'")[0][0]


def _asked(place: Path, statement: str) -> list[tuple]:
    with RecoveryServer(place) as server:
        server.start()
        with contextlib.closing(server.connect(DATABASE)) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall()
