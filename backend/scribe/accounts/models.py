"""Clinics, their people, and who is signed in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Identified, Tenant


class Role(StrEnum):
    """What a person may do in a clinic."""

    DOCTOR = "doctor"
    ADMIN = "admin"


class Clinic(Identified, Base):
    """A tenant. Its key, wrapped by the root key, wraps the keys of its consultations."""

    __tablename__ = "clinics"

    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64), server_default="UTC")
    default_language: Mapped[str] = mapped_column(String(8), server_default="en")
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone; UTC where the name is none that this machine knows."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


class User(Tenant, Base):
    """A person of a clinic."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('doctor', 'admin')", name="role"),)

    email: Mapped[str] = mapped_column(String(320), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(255))
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    failed_sign_ins: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class UserSession(Tenant, Base):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SignInDirectory(Base):
    """Which clinic an email address signs in to.

    The one table without row-level security: before sign-in no clinic is known. It holds no patient data, and
    all the rest of a person stays behind their clinic's policy.
    """

    __tablename__ = "sign_in_directory"

    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class ClinicSettings(Tenant, Base):
    """What a clinic chose of what its server offers. A clinic without a row chose nothing.

    `clinic_settings.of` says what that comes to.
    """

    __tablename__ = "clinic_settings"
    __table_args__ = (
        UniqueConstraint("clinic_id"),
        CheckConstraint("engine IN ('default', 'local', 'assemblyai')", name="engine"),
        CheckConstraint("region IN ('default', 'us', 'eu')", name="region"),
        CheckConstraint("drafter IN ('default', 'extractive', 'llm')", name="drafter"),
        CheckConstraint("monthly_budget_cents >= 0", name="budget"),
    )

    engine: Mapped[str] = mapped_column(String(16), server_default="default")
    region: Mapped[str] = mapped_column(String(8), server_default="default")
    # The first that the vendor can use is used.
    speech_models: Mapped[list[Any]]
    # Drugs and local names. They are sent to the vendor and stay there for a while: never a patient.
    key_terms: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    drafter: Mapped[str] = mapped_column(String(16), server_default="default")
    live_captions: Mapped[bool] = mapped_column(server_default=text("true"))
    monthly_budget_cents: Mapped[int | None]
    version: Mapped[int]


class UsageRecord(Tenant, Base):
    """What one job in a cloud used, and what it is estimated to cost (a millionth of a US cent). Never changed."""

    __tablename__ = "usage_records"
    __table_args__ = (
        CheckConstraint("kind IN ('transcription', 'captions', 'language_model')", name="kind"),
        CheckConstraint("unit IN ('seconds', 'tokens')", name="unit"),
        CheckConstraint("quantity >= 0 AND estimated_microcents >= 0", name="not_negative"),
        Index("ix_usage_records_clinic_id_created_at", "clinic_id", "created_at"),
    )

    vendor: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str] = mapped_column(String(16))
    estimated_microcents: Mapped[int] = mapped_column(BigInteger)
    # No foreign key: the cost outlives what it was for.
    consultation_id: Mapped[UUID | None]


class BudgetNotice(Tenant, Base):
    """That a month's use came near its budget, or reached it; once for each month."""

    __tablename__ = "budget_notices"
    __table_args__ = (
        UniqueConstraint("clinic_id", "month", "level"),
        CheckConstraint("level IN ('warned', 'reached')", name="level"),
    )

    month: Mapped[date]
    level: Mapped[str] = mapped_column(String(16))
