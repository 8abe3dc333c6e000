"""What happens to a consultation by its doctor's hand: started, given a patient, cancelled, retried."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from scribe.accounts.models import Clinic, Role, User
from scribe.audit import service as audit
from scribe.consultations import patients, permissions, pipeline, queries, wording
from scribe.consultations.errors import (
    CannotCancel,
    IdempotencyKeyReused,
    LanguageNotOffered,
    NothingToRetry,
    OnlyDoctorsRecord,
    WordingOfOtherLanguage,
    WordingUnknown,
)
from scribe.consultations.hints import hint
from scribe.consultations.models import Consent, Consultation, ConsultationStatus, Patient, Stage
from scribe.consultations.schemas import ConsultationStart
from scribe.core.clock import Clock
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id


@dataclass(frozen=True)
class Started:
    """A consultation, its data key (never log it), and whether this call made it or an earlier one with its key."""

    consultation: Consultation
    data_key: bytes
    is_new: bool


def start(session: Session, *, doctor: User, wanted: ConsultationStart, keyring: KeyRing, clock: Clock) -> Started:
    """Start a consultation: consent on record, a data key of its own, one audit event.

    The same idempotency key gives the same consultation, also to two calls at once. Where it is new, the caller adds
    the Recording with the id `consultation.recording_id`, in the same transaction.
    """
    if doctor.role != Role.DOCTOR:
        raise OnlyDoctorsRecord
    words = wording.by_version(wanted.consent.wording_version)
    if words is None:
        raise WordingUnknown
    if not wording.is_offered(wanted.language):
        raise LanguageNotOffered
    if words.language != wanted.language:
        raise WordingOfOtherLanguage
    if wanted.patient_id is not None:
        patients.get(session, doctor, wanted.patient_id)
    clinic = session.get_one(Clinic, doctor.clinic_id)
    now, consultation_id = clock.now(), new_id()
    inserted = session.scalar(
        insert(Consultation)
        .values(
            id=consultation_id,
            clinic_id=clinic.id,
            doctor_id=doctor.id,
            patient_id=wanted.patient_id,
            recording_id=new_id(),
            template_key=wanted.template_key,
            language=wanted.language,
            status=ConsultationStatus.RECORDING,
            idempotency_key=wanted.idempotency_key,
            started_at=now,
            wrapped_key=keyring.new_consultation_key(clinic.id, clinic.wrapped_key, consultation_id),
        )
        .on_conflict_do_nothing(index_elements=[Consultation.clinic_id, Consultation.idempotency_key])
        .returning(Consultation)
    )
    if inserted is None:
        return _started_before(session, doctor, wanted, keyring)
    session.add(
        Consent(
            clinic_id=clinic.id,
            consultation_id=inserted.id,
            method=wanted.consent.method,
            wording=words.text,
            wording_version=words.version,
            given_at=now,
            recorded_by=doctor.id,
        )
    )
    audit.record(
        session,
        "consultation.started",
        entity_type="consultation",
        entity_id=inserted.id,
        consent=words.version,
        method=str(wanted.consent.method),
    )
    hint(session, inserted)
    return Started(inserted, data_key(session, inserted, keyring), is_new=True)


def data_key(session: Session, consultation: Consultation, keyring: KeyRing) -> bytes:
    """The consultation's data key. Derive from it per purpose; never log it."""
    clinic = session.get_one(Clinic, consultation.clinic_id)
    return keyring.consultation_key(clinic.id, clinic.wrapped_key, consultation.id, consultation.wrapped_key)


def assign_patient(session: Session, *, consultation: Consultation, doctor: User, patient: Patient | None) -> None:
    """Say whose consultation it was, until the note is signed."""
    permissions.require_own(doctor, consultation)
    permissions.refuse_final(consultation)
    consultation.patient_id = patient.id if patient else None
    audit.record(
        session,
        "consultation.patient_assigned",
        entity_type="consultation",
        entity_id=consultation.id,
        patient=str(patient.id) if patient else None,
    )
    hint(session, consultation)


def cancel(session: Session, *, consultation: Consultation, doctor: User, only_while_recording: bool = False) -> None:
    """Give it up; what was recorded is kept, and never transcribed. Once more changes nothing.

    The caller has locked it. `only_while_recording`: refuse what was processed meanwhile.
    """
    permissions.require_own(doctor, consultation)
    if consultation.status == ConsultationStatus.CANCELLED:
        # A browser that lost the answer asks again, and deletes its own copy only when it gets one.
        audit.record(session, "consultation.cancel_repeated", entity_type="consultation", entity_id=consultation.id)
        return
    is_too_late = only_while_recording and consultation.status != ConsultationStatus.RECORDING
    if is_too_late or not permissions.can_cancel(consultation):
        raise CannotCancel
    consultation.status = ConsultationStatus.CANCELLED
    audit.record(session, "consultation.cancelled", entity_type="consultation", entity_id=consultation.id)
    hint(session, consultation)


def mark_signed(session: Session, *, consultation: Consultation, at: datetime) -> None:
    """Close it: its note is signed. The signature's own event is the one on record."""
    consultation.status, consultation.signed_at = ConsultationStatus.SIGNED, at
    session.flush()
    hint(session, consultation)


def retry(session: Session, *, consultation: Consultation, doctor: User) -> None:
    """Run the failed stage again, and those after it."""
    permissions.require_own(doctor, consultation)
    if consultation.status != ConsultationStatus.FAILED:
        raise NothingToRetry
    failed = queries.failed_stage(session, consultation) or Stage.ASSEMBLE
    pipeline.request(session, consultation, failed)
    audit.record(
        session, "consultation.retried", entity_type="consultation", entity_id=consultation.id, stage=str(failed)
    )


def _started_before(session: Session, doctor: User, wanted: ConsultationStart, keyring: KeyRing) -> Started:
    existing = session.scalars(
        select(Consultation).where(
            Consultation.clinic_id == doctor.clinic_id, Consultation.idempotency_key == wanted.idempotency_key
        )
    ).one()
    # The patient may have been assigned anew since; template, language and doctor never change.
    same = (existing.doctor_id, existing.template_key, existing.language) == (
        doctor.id,
        wanted.template_key,
        wanted.language,
    )
    if not same:
        raise IdempotencyKeyReused
    audit.record(session, "consultation.start_repeated", entity_type="consultation", entity_id=existing.id)
    return Started(existing, data_key(session, existing, keyring), is_new=False)
