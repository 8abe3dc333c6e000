"""What a patient takes home: a letter or a summary, made from a signed note, and its versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant
from scribe.notes.models import VersionSource


class DocumentKind(StrEnum):
    """A letter to read at home, and a page of what to do next."""

    PATIENT_LETTER = "patient_letter"
    AFTER_VISIT_SUMMARY = "after_visit_summary"


class PatientDocument(Tenant, Base):
    """One kind of document of one signed note (the database refuses one of a draft)."""

    __tablename__ = "patient_documents"
    __table_args__ = (
        UniqueConstraint("note_id", "kind"),
        CheckConstraint("kind IN ('patient_letter', 'after_visit_summary')", name="kind"),
        CheckConstraint("approved_version IS NULL OR approved_version = current_version", name="approved_is_newest"),
        CheckConstraint(
            "(approved_version IS NULL) = (approved_by IS NULL) AND (approved_by IS NULL) = (approved_at IS NULL)",
            name="approved_by_someone",
        ),
    )

    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    kind: Mapped[DocumentKind] = mapped_column(String(32))
    current_version: Mapped[int]
    # Whether a language model still writes at it; what is there already stands meanwhile.
    awaits_model: Mapped[bool] = mapped_column(server_default=text("false"))
    # About the draft that the newest version goes back to, as in `NoteVersion`.
    notices: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    withheld: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    # Set while the newest version is the one that the doctor has approved; an approved document takes no new version.
    approved_version: Mapped[int | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]


class PatientDocumentVersion(Tenant, Base):
    """One version of a document's content; never changed (the database refuses).

    content: {"sections": [{"key", "title", "sentences": [{"id", "text", "origin", "author_id", "is_framing",
    "sources": [id of a sentence of the signed note, or of one of its addenda]}]}]}
    """

    __tablename__ = "patient_document_versions"
    __table_args__ = (
        UniqueConstraint("document_id", "version"),
        CheckConstraint("source IN ('ai', 'human')", name="source"),
    )

    document_id: Mapped[UUID] = mapped_column(ForeignKey("patient_documents.id", ondelete="CASCADE"))
    version: Mapped[int]
    source: Mapped[VersionSource] = mapped_column(String(16))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    drafter: Mapped[str] = mapped_column(String(64))
    # The version of the note that was signed, and how many addenda it had when this was drafted.
    note_version: Mapped[int]
    addenda: Mapped[int]
    content: Mapped[dict[str, Any]]
    # SHA-256 of the content's canonical JSON.
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
