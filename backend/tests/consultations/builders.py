"""A clinic with people, patients and consultations, made straight in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, Role, SignInDirectory, User
from scribe.audit.service import Actor, act_as
from scribe.consultations import pipeline
from scribe.consultations.models import Consultation, ConsultationStatus, Patient, Stage
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from scribe.recordings.models import Recording, RecordingSource, RecordingState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SYSTEM = Actor("system", None)


@dataclass
class Practice:
    """A clinic and its people."""

    clinic: Clinic
    doctor: User
    other_doctor: User
    admin: User
    factory: sessionmaker[Session]
    keyring: KeyRing

    @property
    def id(self) -> UUID:
        return self.clinic.id

    def session(self, actor: User | None = None):
        """A transaction inside the clinic, acted by the user (else by the system)."""
        return _acted(self, Actor("user", actor.id) if actor else SYSTEM)

    def patient(self, session: Session, **given: Any) -> Patient:
        values = {"given_name": "Ann", "family_name": "Bell", **given}
        patient = Patient(clinic_id=self.id, **values)
        session.add(patient)
        session.flush()
        return patient

    def consultation(self, session: Session, **given: Any) -> Consultation:
        identifier = new_id()
        values = {
            "doctor_id": self.doctor.id,
            "template_key": "soap",
            "language": "en",
            "status": ConsultationStatus.RECORDING,
            "idempotency_key": new_id(),
            "started_at": NOON,
            "wrapped_key": self.keyring.new_consultation_key(self.id, self.clinic.wrapped_key, identifier),
            **given,
        }
        consultation = Consultation(id=identifier, clinic_id=self.id, **values)
        session.add(consultation)
        session.flush()
        return consultation

    def recorded(self, session: Session, *, state: RecordingState, **given: Any) -> Consultation:
        """A consultation with a recording of which nothing has arrived."""
        consultation = self.consultation(session, recording_id=new_id(), **given)
        session.add(
            Recording(
                id=consultation.recording_id,
                clinic_id=self.id,
                consultation_id=consultation.id,
                source=RecordingSource.CAPTURE,
                state=state,
                started_at=consultation.started_at,
                last_chunk_at=consultation.started_at,
            )
        )
        return consultation

    def processing(self, session: Session, stage: Stage = Stage.ASSEMBLE, **given: Any) -> Consultation:
        """A consultation whose stage waits for a worker, its job in the queue."""
        consultation = self.consultation(session, **given)
        pipeline.request(session, consultation, stage)
        return consultation


def a_practice(factory: sessionmaker[Session], keyring: KeyRing) -> Practice:
    """A clinic with two doctors and an admin."""
    clinic_id = new_id()
    clinic = Clinic(id=clinic_id, name="Harbour Practice", wrapped_key=keyring.new_clinic_key(clinic_id))
    people = [
        User(
            id=new_id(),
            clinic_id=clinic_id,
            email=f"{name}-{clinic_id.hex}@example.org",
            full_name=name.title(),
            role=role,
            password_hash="-",
            preferences={},
        )
        for name, role in (("first", Role.DOCTOR), ("second", Role.DOCTOR), ("admin", Role.ADMIN))
    ]
    with clinic_session(factory, clinic_id) as session:
        session.add(clinic)
        session.flush()
        session.add_all(people)
        session.flush()
        session.add_all(SignInDirectory(email=user.email, clinic_id=clinic_id, user_id=user.id) for user in people)
    return Practice(clinic, *people, factory=factory, keyring=keyring)


@contextmanager
def _acted(clinic: Practice, actor: Actor) -> Iterator[Session]:
    with clinic_session(clinic.factory, clinic.id) as session:
        act_as(session, actor)
        yield session
