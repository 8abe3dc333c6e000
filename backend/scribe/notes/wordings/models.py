"""How each doctor writes: wordings learned from their own edits, and the notes that they were learned from."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class WordingState(StrEnum):
    """Seen too seldom yet, used, or removed: then it is not learned again until its doctor wants it back."""

    LEARNING = "learning"
    ACTIVE = "active"
    REMOVED = "removed"


class SightingKind(StrEnum):
    """In a note the doctor made the change, or took it back where it had been made for them."""

    MADE = "made"
    UNDONE = "undone"


class WritingPreference(Tenant, Base):
    """One doctor's wording. Both sides are of `groups.txt`: nothing of a patient can be in them."""

    __tablename__ = "writing_preferences"
    __table_args__ = (
        UniqueConstraint("doctor_id", "instead_of", "write"),
        CheckConstraint("state IN ('learning', 'active', 'removed')", name="state"),
        # One wording is put in the place of another, not two.
        Index(
            "uq_writing_preferences_active",
            "doctor_id",
            "instead_of",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
    )

    doctor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    instead_of: Mapped[str] = mapped_column(String(100))
    write: Mapped[str] = mapped_column(String(100))
    state: Mapped[WordingState] = mapped_column(String(16), server_default="learning")
    changed_at: Mapped[datetime]


class WordingSighting(Tenant, Base):
    """A signed note in which a doctor made a change of wording, or took one back: counted once a note."""

    __tablename__ = "wording_sightings"
    __table_args__ = (
        UniqueConstraint("preference_id", "note_id"),
        CheckConstraint("kind IN ('made', 'undone')", name="kind"),
    )

    preference_id: Mapped[UUID] = mapped_column(ForeignKey("writing_preferences.id", ondelete="CASCADE"))
    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    kind: Mapped[SightingKind] = mapped_column(String(16))
