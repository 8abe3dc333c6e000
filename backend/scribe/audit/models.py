"""The audit trail's tables: one chain of events per clinic."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scribe.core.ids import new_id
from scribe.db.base import Base


class AuditEvent(Base):
    """One look at, or change of, patient data. Never changed, never deleted."""

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("clinic_id", "sequence"),
        CheckConstraint("outcome IN ('success', 'refused', 'failure')", name="outcome"),
        Index("ix_audit_events_entity", "clinic_id", "entity_type", "entity_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    # No foreign key: the trail outlives what it speaks of.
    clinic_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
    actor_type: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(64))
    entity_type: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[UUID | None]
    outcome: Mapped[str] = mapped_column(String(16))
    request_id: Mapped[str] = mapped_column(String(64))
    # Ids, counts and field names only: never a name, never a word of a note.
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """The last link of a clinic's chain; its row lock puts writers in line."""

    __tablename__ = "audit_heads"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
