"""Templates, notes, their versions, signatures and addenda."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class NoteState(StrEnum):
    """A draft can be edited; a signed note can only be amended."""

    DRAFT = "draft"
    SIGNED = "signed"


class VersionSource(StrEnum):
    """Who made a version of a note."""

    AI = "ai"
    HUMAN = "human"
    AI_EDIT = "ai_edit"


class NoteTemplate(Tenant, Base):
    """The sections of a note, in order: [{"key", "title", "kind", "required"}]; kinds: `templates.SectionKind`."""

    __tablename__ = "note_templates"
    __table_args__ = (UniqueConstraint("clinic_id", "key"),)

    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text)
    sections: Mapped[list[Any]]
    position: Mapped[int] = mapped_column(server_default=text("0"))


class Note(Tenant, Base):
    """The note of one consultation."""

    __tablename__ = "notes"
    __table_args__ = (CheckConstraint("state IN ('draft', 'signed')", name="state"),)

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), unique=True)
    template_id: Mapped[UUID] = mapped_column(ForeignKey("note_templates.id"))
    state: Mapped[NoteState] = mapped_column(String(16), server_default="draft")
    current_version: Mapped[int]
    # The human version that its doctor agreed to have replaced by a new draft; any later edit voids it.
    replaceable_version: Mapped[int | None]


class NoteVersion(Tenant, Base):
    """One version of a note's content; never changed (the database refuses).

    content: {"sections": [{"key", "title", "sentences": [{"id", "text", "origin": "ai" | "edited" | "added",
    "author_id": uuid | None, "evidence": [{"utterance": number, "start_ms", "end_ms", "quote"}]}]}]}
    """

    __tablename__ = "note_versions"
    __table_args__ = (
        UniqueConstraint("note_id", "version"),
        CheckConstraint("source IN ('ai', 'human', 'ai_edit')", name="source"),
    )

    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    version: Mapped[int]
    source: Mapped[VersionSource] = mapped_column(String(16))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    # The version of the transcript that the draft was made from.
    transcript_version: Mapped[int]
    drafter: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    # SHA-256 of the content's canonical JSON.
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    # What the doctor should know about the draft that this version goes back to: [{"code", "message"}].
    notices: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    # What the checks kept out of that draft: [{"section_key", "text", "problems": [evidence.Problem]}].
    withheld: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))


class Signature(Tenant, Base):
    """A doctor's signature under one version of a note."""

    __tablename__ = "signatures"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"), unique=True)
    version: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    signer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    signer_name: Mapped[str] = mapped_column(String(200))
    attestation: Mapped[str] = mapped_column(Text)
    # Whom the doctor signed for, as recorded then; a later correction of the patient does not reach a signed note.
    patient_name: Mapped[str] = mapped_column(String(201))
    patient_birth_date: Mapped[date | None]
    patient_identifier: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime]


class Addendum(Tenant, Base):
    """What was added after the signature; the note itself stays as it was signed."""

    __tablename__ = "addenda"
    __table_args__ = (Index("ix_addenda_note_id", "note_id"),)

    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
