"""What a restored Scribe must show before a drill believes in it."""

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import queries as accounts
from scribe.accounts import service
from scribe.accounts.models import Role
from scribe.audit import service as audit
from scribe.audit.verification import verify
from scribe.cli.embedded import processes
from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from scribe.cli.embedded.supervisor import BACKEND, Service, StartFailed, wait_until_ready
from scribe.cli.ops.backups.errors import Tampered
from scribe.consultations import invariants
from scribe.consultations.pipeline import StageFailed
from scribe.core.crypto import KeyRing, SealBroken
from scribe.core.ids import new_id
from scribe.core.settings import Settings
from scribe.db.session import clinic_session, make_session_factory
from scribe.recordings import queries as recordings
from scribe.recordings.audio import load_audio
from scribe.recordings.models import Recording, RecordingState
from scribe.storage.base import ObjectMissing, ObjectStore

# It may be broken for a minute, until the sweep has repaired it: a moment in between proves nothing.
_PASSING = {"inv_live_stage_has_job"}
_RECORDINGS_OF_EACH_CLINIC = 3
# None of these processes may talk to a vendor, or write where the real ones do.
_NOT_HANDED_ON = (
    "ASSEMBLYAI_",
    "LLM_",
    "DRAFTER",
    "TRANSCRIPTION_",
    "REDIS_",
    "S3_",
    "LOG_FILE",
    "BACKUP_",
    "DATABASE_",
)


class CheckFailed(Exception):
    """The restored Scribe is not what it should be; the text says how."""


@dataclass(frozen=True)
class Restored:
    """A Scribe on restored data: its database, its audio, its keys, and a directory for what it writes."""

    app_url: str
    owner_url: str
    store: ObjectStore
    keyring: KeyRing
    settings: Settings
    scratch: Path

    @contextlib.contextmanager
    def sessions(self) -> Iterator[sessionmaker[Session]]:
        """As the app's own role: row-level security holds here, too."""
        engine = create_engine(self.app_url, hide_parameters=True)
        try:
            yield make_session_factory(engine, self.keyring)
        finally:
            engine.dispose()


def migrations(restored: Restored) -> dict[str, Any]:
    """The schema is this version's, or becomes it, as it would after a real restore."""
    config = Config(str(BACKEND / "alembic.ini"))
    scripts = ScriptDirectory.from_config(config)
    before, head = _schema_of(restored), scripts.get_current_head()
    if before not in {script.revision for script in scripts.walk_revisions()}:
        raise CheckFailed(f"the schema is at {before}, which this version of Scribe does not know")
    if before != head:
        config.attributes["url"] = restored.owner_url
        command.upgrade(config, "head")
    if (after := _schema_of(restored)) != head:
        raise CheckFailed(f"the schema stays at {after}; this version's is {head}")
    return {"restored": before, "now": after}


def no_broken_promises(restored: Restored) -> dict[str, Any]:
    """No consultation without its rows, no gap in versions, nothing signed that is not."""
    with restored.sessions() as factory:
        clinics = _clinics(factory)
        for clinic_id in clinics:
            with clinic_session(factory, clinic_id) as session:
                broken = {name: rows for name, rows in invariants.broken(session).items() if name not in _PASSING}
            if broken:
                raise CheckFailed(
                    f"clinic {clinic_id}: {', '.join(f'{name} ({len(broken[name])})' for name in broken)}"
                )
    return {"clinics": len(clinics), "promises": len(invariants.INVARIANTS) - len(_PASSING)}


def audit_chains(restored: Restored) -> dict[str, Any]:
    """Every clinic's trail is whole."""
    links = 0
    with restored.sessions() as factory:
        for clinic_id in _clinics(factory):
            with clinic_session(factory, clinic_id) as session:
                verdict = verify(session, restored.keyring.audit_key(clinic_id), clinic_id)
            if verdict.broken is not None:
                raise CheckFailed(f"clinic {clinic_id}: {verdict.broken} at event {verdict.at_sequence}")
            links += verdict.last.sequence
    return {"events": links}


def random_recordings(restored: Restored) -> dict[str, Any]:
    """Some recordings of each clinic are there, open with their keys, and decode to sound of their length."""
    decoded, seconds = 0, 0.0
    with restored.sessions() as factory:
        for clinic_id in _clinics(factory):
            for consultation_id in _some_recordings(factory, clinic_id):
                seconds += _decoded(restored, factory, clinic_id, consultation_id)
                decoded += 1
    return {"decoded": decoded, "seconds": round(seconds, 1)}


def sign_in(restored: Restored) -> dict[str, Any]:
    """The real service starts on this data, and a person of a clinic signs in and sees the consultations."""
    person = Person("Restore Drill", f"drill-{new_id()}@drill.example", "doctor", secrets.token_urlsafe(24))
    with restored.sessions() as factory, clinic_session(factory, _clinics(factory)[0]) as session:
        audit.act_as(session, audit.Actor("system", None))
        service.create_user(
            session,
            email=person.email,
            full_name=person.full_name,
            role=Role.DOCTOR,
            password=person.password,
            must_change_password=False,
        )
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    log = restored.scratch / "service.log"
    running = Service("service", ["serve", "--port", str(port)], _environment(restored, url), log)
    running.ensure_runs()
    try:
        wait_until_ready(f"{url}/health/ready", running)
        Client(url, person).call("GET", "/api/consultations")
    except (StartFailed, httpx.HTTPError) as error:
        # Without the words of its log, which may be a database's about a row.
        raise CheckFailed(f"The service does not start, or does not answer ({type(error).__name__}).") from error
    finally:
        running.stop()
    return {}


ALL: dict[str, Callable[[Restored], dict[str, Any]]] = {
    "migrations": migrations,
    "promises": no_broken_promises,
    "audit_chains": audit_chains,
    "recordings": random_recordings,
    "sign_in": sign_in,
}


def _schema_of(restored: Restored) -> str | None:
    engine = create_engine(restored.owner_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _clinics(factory: sessionmaker[Session]) -> list[UUID]:
    with factory() as session:
        found = list(accounts.clinic_ids(session))
    if not found:
        raise CheckFailed("there is no clinic in it")
    return found


def _some_recordings(factory: sessionmaker[Session], clinic_id: UUID) -> list[UUID]:
    statement = (
        select(Recording.consultation_id)
        .where(Recording.state == RecordingState.ASSEMBLED)
        .order_by(func.random())
        .limit(_RECORDINGS_OF_EACH_CLINIC)
    )
    with clinic_session(factory, clinic_id) as session:
        return list(session.scalars(statement))


def _decoded(restored: Restored, factory: sessionmaker[Session], clinic_id: UUID, consultation_id: UUID) -> float:
    try:
        with clinic_session(factory, clinic_id) as session:
            held = recordings.of_consultation(session, restored.keyring, consultation_id)
            audio = load_audio(held.recording, held.data_key, restored.store, restored.settings.recording)
        seconds = len(audio.samples()) / 16_000
    except (ObjectMissing, Tampered, SealBroken, StageFailed) as error:
        raise CheckFailed(f"consultation {consultation_id}: {type(error).__name__}: {error}") from error
    # A codec pads its last frame.
    if abs(seconds - audio.duration_ms / 1000) > 1:
        raise CheckFailed(f"consultation {consultation_id}: {seconds:.1f} s of {audio.duration_ms / 1000:.1f} s decode")
    return seconds


def _environment(restored: Restored, url: str) -> dict[str, str]:
    security = restored.settings.security
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_HANDED_ON)}
    return inherited | {
        "ENVIRONMENT": "embedded",
        "PUBLIC_URL": url,
        "DATABASE_URL": restored.app_url,
        "STORAGE_BACKEND": "filesystem",
        "STORAGE_ROOT": str(restored.scratch / "objects"),
        "ROOT_KEY": security.root_key.get_secret_value(),
        "TOKEN_KEY": security.token_key.get_secret_value(),
        "TRANSCRIPTION_ENGINE": "local",
        "PYTHONPATH": os.pathsep.join(path for path in (str(BACKEND), *sys.path) if path),
    }
