"""Who follows a running recording."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class LiveFollow(Tenant, Base):
    """The claim on a running recording: one worker follows it at a time, as long as its heart beats."""

    __tablename__ = "live_follows"
    __table_args__ = (
        UniqueConstraint("consultation_id"),
        CheckConstraint("captioned_ms >= 0", name="captioned"),
        CheckConstraint("(line_vendor IS NULL) = (line_opened_at IS NULL)", name="line"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    # One run of a follower; None where nobody follows.
    holder: Mapped[UUID | None]
    beat_at: Mapped[datetime]
    # Up to where captions are final: whoever takes over goes on from there.
    captioned_ms: Mapped[int] = mapped_column(server_default=text("0"))
    # The vendor's line that is open, and since when; whoever takes over accounts for it.
    line_vendor: Mapped[str | None] = mapped_column(String(32))
    line_opened_at: Mapped[datetime | None]
