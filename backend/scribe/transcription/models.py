"""Transcripts and their utterances. A version is never changed; a correction is a new version."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class SpeakerRole(StrEnum):
    """Who speaks."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    OTHER = "other"
    UNKNOWN = "unknown"


class TranscriptSource(StrEnum):
    """Who made a version: an engine, the roles stage, or a person."""

    ENGINE = "engine"
    ROLES = "roles"
    HUMAN = "human"


class Transcript(Tenant, Base):
    """One version of what was said."""

    __tablename__ = "transcripts"
    __table_args__ = (
        UniqueConstraint("consultation_id", "version"),
        CheckConstraint("source IN ('engine', 'roles', 'human')", name="source"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    version: Mapped[int]
    source: Mapped[TranscriptSource] = mapped_column(String(16))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    engine: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    # Milliseconds of speech that the voice detector found; below a threshold there is nothing to draft from.
    speech_ms: Mapped[int]
    # What the engine or the roles stage wants the doctor to know: [{"code": ..., "message": ...}].
    warnings: Mapped[list[Any]]


class Utterance(Tenant, Base):
    """One turn of one speaker. `number` is the same in every version, so evidence can point to it."""

    __tablename__ = "utterances"
    __table_args__ = (
        UniqueConstraint("transcript_id", "number"),
        CheckConstraint("role IN ('clinician', 'patient', 'other', 'unknown')", name="role"),
        CheckConstraint("start_ms >= 0 AND end_ms >= start_ms", name="times"),
    )

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    number: Mapped[int]
    # The engine's own label for the voice: "A", "B", ...
    speaker: Mapped[str] = mapped_column(String(16))
    role: Mapped[SpeakerRole] = mapped_column(String(16))
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    # [[text, start_ms, end_ms, probability 0..1], ...]; what a person typed has probability 1.
    words: Mapped[list[Any]]
