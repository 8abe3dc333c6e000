"""Proposals for a section of a note; nothing of one enters the note until its doctor takes it, line by line."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class SuggestionState(StrEnum):
    """Waiting for the worker, ready to be looked at, failed; then taken or put aside for good."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


# Those that a doctor still sees.
OPEN = (SuggestionState.WAITING, SuggestionState.READY, SuggestionState.FAILED)


class NoteSuggestion(Tenant, Base):
    """What a drafter proposes for one section, because its doctor asked."""

    __tablename__ = "note_suggestions"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'failed', 'accepted', 'dismissed')", name="state"),
        # One at a time for each section.
        Index(
            "uq_note_suggestions_open",
            "note_id",
            "section_key",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'ready', 'failed')"),
        ),
    )

    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    section_key: Mapped[str] = mapped_column(String(64))
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    # The doctor's wish in their own words; none means: draft this section again.
    instruction: Mapped[str | None] = mapped_column(Text)
    state: Mapped[SuggestionState] = mapped_column(String(16), server_default="waiting")
    drafter: Mapped[str | None] = mapped_column(String(64))
    # [{"id", "text", "evidence": [...], "worded_from"}], as in `NoteVersion.content`; each has passed the checks.
    lines: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    # As in `NoteVersion`.
    notices: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    withheld: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(Text)
    # When the worker, or the doctor, last settled it.
    settled_at: Mapped[datetime | None]
