"""Patients, consultations, consent, context, and how far a consultation's pipeline has come."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.core.ids import new_id
from scribe.db.base import Base, Tenant


class ConsultationStatus(StrEnum):
    """Where a consultation stands."""

    RECORDING = "recording"
    PROCESSING = "processing"
    READY = "ready"
    SIGNED = "signed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# The only moves there are; the database's trigger holds the same list (migrations, `consultation_moves`).
ALLOWED_MOVES: dict[ConsultationStatus, frozenset[ConsultationStatus]] = {
    ConsultationStatus.RECORDING: frozenset(
        {ConsultationStatus.PROCESSING, ConsultationStatus.CANCELLED, ConsultationStatus.FAILED}
    ),
    ConsultationStatus.PROCESSING: frozenset({ConsultationStatus.READY, ConsultationStatus.FAILED}),
    ConsultationStatus.READY: frozenset({ConsultationStatus.SIGNED, ConsultationStatus.PROCESSING}),
    ConsultationStatus.FAILED: frozenset({ConsultationStatus.PROCESSING, ConsultationStatus.CANCELLED}),
    ConsultationStatus.SIGNED: frozenset(),
    # Only where the sweep cancelled it because nothing had arrived: its browser may still come back with the audio.
    ConsultationStatus.CANCELLED: frozenset({ConsultationStatus.PROCESSING}),
}


class Stage(StrEnum):
    """The pipeline's stages, in order; each saves its own result and can run again alone."""

    ASSEMBLE = "assemble"
    TRANSCRIBE = "transcribe"
    ROLES = "roles"
    DRAFT = "draft"


class StageState(StrEnum):
    """How the current stage fares."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ConsentMethod(StrEnum):
    """How the patient agreed to be recorded."""

    VERBAL = "verbal"
    WRITTEN = "written"


def folded(expression: str) -> str:
    """SQL for a text without accents and case, as names are searched."""
    return f"lower(regexp_replace(normalize({expression}, NFKD), '[\\u0300-\\u036f]', '', 'g'))"


class Patient(Tenant, Base):
    """A person who is treated.

    The folded columns are what searches compare with: under row-level security only leakproof operators may use an
    index, and a range over a "C"-collated column is one, while ILIKE or a functional index is not.
    """

    __tablename__ = "patients"
    __table_args__ = (
        Index("ix_patients_name", "clinic_id", "family_folded", "given_folded", "id"),
        Index("ix_patients_given", "clinic_id", "given_folded"),
        Index("ix_patients_identifier", "clinic_id", "identifier_folded"),
        Index("ix_patients_birth_date", "clinic_id", "birth_date"),
        UniqueConstraint("clinic_id", "identifier"),
    )

    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    birth_date: Mapped[date | None]
    # FHIR AdministrativeGender: male, female, other, unknown.
    gender: Mapped[str] = mapped_column(String(8), server_default="unknown")
    # The clinic's own record number.
    identifier: Mapped[str | None] = mapped_column(String(64))
    given_folded: Mapped[str] = mapped_column(Text(collation="C"), Computed(folded("given_name"), persisted=True))
    family_folded: Mapped[str] = mapped_column(Text(collation="C"), Computed(folded("family_name"), persisted=True))
    identifier_folded: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed(folded("identifier"), persisted=True)
    )


class Consultation(Tenant, Base):
    """One meeting of a doctor and a patient, from red button to signed note."""

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint(
            "status IN ('recording', 'processing', 'ready', 'signed', 'failed', 'cancelled')", name="status"
        ),
        UniqueConstraint("clinic_id", "idempotency_key"),
        Index("idx_consultations_doctor", "clinic_id", "doctor_id", "id"),
        Index("idx_consultations_status", "clinic_id", "status", "id"),
        Index("idx_consultations_created", "clinic_id", "id"),
        Index("ix_consultations_doctor_status", "clinic_id", "doctor_id", "status", "id"),
        Index("ix_consultations_patient_id", "patient_id", "id"),
    )

    doctor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patients.id"))
    # The id of its one recording, given at the start; no foreign key, as recordings stand above this package.
    recording_id: Mapped[UUID] = mapped_column(default=new_id, unique=True)
    # A template's key (notes.NoteTemplate.key); no foreign key, as notes stand above this package.
    template_key: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[ConsultationStatus] = mapped_column(String(16), server_default="recording")
    # The client's key for `start`: the same key again answers with the same consultation.
    idempotency_key: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    duration_ms: Mapped[int | None]
    signed_at: Mapped[datetime | None]
    # The consultation's data key, wrapped by the clinic's; erasing it erases audio and documents.
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)


class Consent(Tenant, Base):
    """The patient's consent to be recorded: what was read out, how it was given, who noted it."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("method IN ('verbal', 'written')", name="method"),
        Index("ix_consents_consultation_id", "consultation_id"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    method: Mapped[ConsentMethod] = mapped_column(String(16))
    wording: Mapped[str] = mapped_column(Text)
    wording_version: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class ContextNote(Tenant, Base):
    """What the doctor typed beside the recording, for their own eyes. No draft reads it."""

    __tablename__ = "context_notes"

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class Pipeline(Tenant, Base):
    """How far a consultation's processing has come. `attempt_no` fences: a write by an older attempt matches no row."""

    __tablename__ = "pipelines"
    __table_args__ = (
        CheckConstraint("stage IN ('assemble', 'transcribe', 'roles', 'draft')", name="stage"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), unique=True)
    stage: Mapped[Stage] = mapped_column(String(16))
    state: Mapped[StageState] = mapped_column(String(16), server_default="waiting")
    attempt_no: Mapped[int] = mapped_column(server_default=text("0"))
    # Tries of the current stage since it was last asked for; at the cap the stage fails for good.
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    progress: Mapped[float] = mapped_column(server_default=text("0"))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(Text)
    stage_started_at: Mapped[datetime | None]
    # Where the stage waits for somebody else (a vendor): until when nobody looks, and what it waits for, in words.
    parked_until: Mapped[datetime | None]
    waiting_code: Mapped[str | None] = mapped_column(String(64))
    waiting_message: Mapped[str | None] = mapped_column(Text)
    # Somebody has news for the stage that the attempt under way may not have seen.
    wake_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    updated_at: Mapped[datetime]
