"""People and sessions of the clinic that the database session has entered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.accounts.models import Clinic, Role, SignInDirectory, User, UserSession
from scribe.core.errors import NotFound


def clinic(session: Session) -> Clinic:
    """The entered clinic."""
    return session.scalars(select(Clinic).where(Clinic.id == session.info["clinic_id"])).one()


def clinic_ids(session: Session) -> Sequence[UUID]:
    """Every clinic that anyone signs in to; the only question that may be asked outside a clinic."""
    return session.scalars(select(SignInDirectory.clinic_id).distinct().order_by(SignInDirectory.clinic_id)).all()


def people(session: Session) -> list[User]:
    """All users of the clinic, by name."""
    return list(session.scalars(select(User).order_by(User.full_name, User.id)))


def get_user(session: Session, user_id: UUID, *, for_update: bool = False) -> User:
    """A user of the clinic, or `NotFound`."""
    user = find_user(session, user_id, for_update=for_update)
    if user is None:
        raise NotFound
    return user


def find_user(session: Session, user_id: UUID, *, for_update: bool = False) -> User | None:
    """A user of the clinic, if there is one."""
    statement = select(User).where(User.id == user_id)
    if for_update:
        # A copy read earlier in this transaction may be older than the row that is now ours.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def lock_active_admins(session: Session) -> Sequence[UUID]:
    """The clinic's active admins; in one order, so that two admins who demote each other cannot deadlock."""
    statement = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.id).with_for_update()
    return session.scalars(statement).all()


def open_session(session: Session, token_hash: bytes, now: datetime) -> tuple[User, UserSession] | None:
    """The session that has this token and its user, if both still count."""
    row = session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == token_hash,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            User.is_active,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
