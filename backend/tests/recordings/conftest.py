"""A recording under way, driven through the HTTP API."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.audit.models import AuditEvent
from scribe.consultations import pipeline, wording
from scribe.consultations.models import Stage
from scribe.core.ids import new_id
from scribe.core.settings import Settings
from scribe.db.session import clinic_session
from scribe.recordings import audio, queries
from scribe.recordings.keeping import Vault
from scribe.recordings.queries import Held
from scribe.recordings.tasks import AssembleStage

StartBody = Callable[..., dict[str, Any]]


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The app, with one template: templates are another package's matter."""
    app.state.template_exists = lambda _session, key: key == "soap"
    return app


@pytest.fixture
def start_body() -> StartBody:
    """What a client sends to start a consultation."""

    def make(**changes: Any) -> dict[str, Any]:
        return {
            "idempotency_key": str(new_id()),
            "patient_id": None,
            "template_key": "soap",
            "language": "en",
            "consent": {"method": "verbal", "wording_version": wording.current("en").version},
        } | changes

    return make


@dataclass
class Browser:
    """A browser that records: sends chunks with its upload token, and remembers their hashes."""

    client: TestClient
    started: dict[str, Any]
    sent: dict[int, list[str]] = field(default_factory=dict)

    @property
    def recording_id(self) -> str:
        return str(self.started["recording"]["recording_id"])

    @property
    def consultation_id(self) -> str:
        return str(self.started["consultation"]["id"])

    @property
    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.started['recording']['upload_token']}"}

    def put(self, number: int, body: bytes, segment: int = 0, **headers: str) -> Response:
        digest = hashlib.sha256(body).hexdigest()
        path = f"/api/recordings/{self.recording_id}/segments/{segment}/chunks/{number}"
        return self.client.put(path, content=body, headers={"X-Chunk-Sha256": digest, **self.token, **headers})

    def send(self, *bodies: bytes, segment: int = 0) -> None:
        """Send the bodies as the segment's next chunks."""
        hashes = self.sent.setdefault(segment, [])
        for body in bodies:
            answer = self.put(len(hashes), body, segment)
            assert answer.status_code == 200, answer.text
            hashes.append(hashlib.sha256(body).hexdigest())

    def list(self, **changes: Any) -> dict[str, Any]:
        segments = [{"segment": number, "chunks": hashes} for number, hashes in self.sent.items()]
        return {"segments": segments, "gaps": [], "wall_clock_ms": 0} | changes

    def seal(self, **changes: Any) -> Response:
        path = f"/api/recordings/{self.recording_id}/seal"
        return self.client.post(path, json=self.list(**changes), headers=self.token)


@pytest.fixture
def browser(as_doctor: TestClient, start_body: StartBody) -> Browser:
    """The doctor's browser, recording."""
    answer = as_doctor.post("/api/consultations/start", json=start_body())
    assert answer.status_code == 201, answer.text
    return Browser(as_doctor, answer.json())


@pytest.fixture
def vault(app: FastAPI, settings: Settings) -> Vault:
    """The app's means to keep audio."""
    state = app.state
    return Vault(state.session_factory, state.store, state.keyring, state.clock, settings)


class Work:
    """A stage's work on a real claim, as the worker does it."""

    def __init__(self, vault: Vault, clinic_id: UUID, consultation_id: UUID, stage: Stage) -> None:
        self._vault, self._clinic_id = vault, clinic_id
        self.told: list[float] = []
        with self.reading() as session:
            taken = pipeline.claim(session, clinic_id, consultation_id, stage)
        assert taken is not None
        self.claim = taken.claim

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with clinic_session(self._vault.factory, self._clinic_id) as session:
            audit.act_as(session, audit.Actor("system", None))
            yield session

    def progress(self, fraction: float) -> None:
        self.told.append(fraction)

    @contextmanager
    def completing(self) -> Iterator[Session]:
        with self.reading() as session, pipeline.completing(session, self.claim):
            yield session


Assemble = Callable[[Browser], Work]
Load = Callable[[Browser], audio.RecordedAudio]
RecordingOf = Callable[[Browser], Held]
Events = Callable[[], list[AuditEvent]]


@pytest.fixture
def assemble(vault: Vault, doctor: User, settings: Settings) -> Assemble:
    """Run the first stage on what the browser has sealed."""

    def run(browser: Browser) -> Work:
        work = Work(vault, doctor.clinic_id, UUID(browser.consultation_id), Stage.ASSEMBLE)
        AssembleStage(vault.store, vault.keyring, settings.recording).run(work)
        return work

    return run


@pytest.fixture
def recording_of(vault: Vault, doctor: User) -> RecordingOf:
    """The browser's recording as the database has it."""

    def read(browser: Browser) -> Held:
        with clinic_session(vault.factory, doctor.clinic_id) as session:
            return queries.of_consultation(session, vault.keyring, UUID(browser.consultation_id))

    return read


@pytest.fixture
def events(session_factory: sessionmaker[Session], doctor: User) -> Events:
    """The clinic's audit events so far."""

    def read() -> list[AuditEvent]:
        with clinic_session(session_factory, doctor.clinic_id) as session:
            return list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))

    return read


@pytest.fixture
def load(vault: Vault, recording_of: RecordingOf) -> Load:
    """The assembled audio, as engines get it."""

    def read(browser: Browser) -> audio.RecordedAudio:
        held = recording_of(browser)
        return audio.load_audio(held.recording, held.data_key, vault.store, vault.settings.recording)

    return read
