"""Clinics, their people, and who is signed in."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, func, text
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
