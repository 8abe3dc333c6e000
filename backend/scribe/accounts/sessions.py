"""Who is signed in: an opaque token in a cookie, its hash in the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from scribe.accounts import passwords, queries
from scribe.accounts.models import SignInDirectory, User, UserSession
from scribe.audit import service as audit
from scribe.core.ids import new_id
from scribe.core.settings import SecuritySettings
from scribe.db.session import enter_clinic

# Reads stay cheap: activity is written down at most this often.
TOUCH_EVERY = timedelta(seconds=30)
FREE_TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """A session that is open, though maybe locked."""

    user: User
    row: UserSession
    locked: bool


@dataclass(frozen=True)
class NewToken:
    """A session whose cookie must now be set."""

    user: User
    row: UserSession
    cookie: str


def normal_email(email: str) -> str:
    """An address as the directory holds it: case and surrounding blanks make no difference."""
    return email.strip().casefold()


def sign_in(session: Session, *, email: str, password: str, now: datetime, rules: SecuritySettings) -> NewToken | None:
    """Open a session, or None. Never raises for a refusal: its count must commit.

    An unknown address takes the same way through the database and the same hashing as a known one.
    """
    entry = session.get(SignInDirectory, normal_email(email))
    enter_clinic(session, entry.clinic_id if entry else new_id())
    # Until the password is proved, nobody acts.
    audit.act_as(session, audit.Actor("system", None))
    user = queries.find_user(session, entry.user_id if entry else new_id(), for_update=True)
    if not _proved(session, user, password, now, "session.sign_in") or user is None:
        return None
    token, row = secrets.token_urlsafe(32), UserSession(id=new_id(), clinic_id=user.clinic_id, user_id=user.id)
    row.token_hash, row.last_seen_at = token_hash(token), now
    row.expires_at = now + timedelta(seconds=rules.session_absolute_seconds)
    session.add(row)
    audit.act_as(session, audit.Actor("user", user.id))
    audit.record(session, "session.sign_in", entity_type="session", entity_id=row.id)
    return NewToken(user, row, _cookie(user.clinic_id, token))


def find(session: Session, cookie: str | None, *, now: datetime, rules: SecuritySettings) -> SignedIn | None:
    """The open session of a cookie; enters its clinic and names its user as the audit actor."""
    parsed = _parse(cookie)
    if parsed is None:
        return None
    enter_clinic(session, parsed[0])
    found = queries.open_session(session, parsed[1], now)
    if found is None:
        return None
    user, row = found
    audit.act_as(session, audit.Actor("user", user.id))
    is_idle = now - row.last_seen_at >= timedelta(seconds=rules.session_idle_seconds)
    return SignedIn(user, row, locked=is_idle or row.locked_at is not None)


def touch(session: Session, row: UserSession, now: datetime) -> None:
    """Note that the user is active."""
    if now - row.last_seen_at >= TOUCH_EVERY:
        row.last_seen_at = now
        session.flush()


def lock(session: Session, row: UserSession, now: datetime) -> None:
    """Ask for the password before the next look."""
    if row.locked_at is None:
        row.locked_at = now
        audit.record(session, "session.lock", entity_type="session", entity_id=row.id)


def unlock(session: Session, signed_in: SignedIn, *, password: str, now: datetime) -> NewToken | None:
    """Lift the lock and change the token, or None if the password is wrong."""
    user = queries.get_user(session, signed_in.user.id, for_update=True)
    if not _proved(session, user, password, now, "session.unlock"):
        return None
    token, row = secrets.token_urlsafe(32), signed_in.row
    row.token_hash, row.last_seen_at, row.locked_at = token_hash(token), now, None
    audit.record(session, "session.unlock", entity_type="session", entity_id=row.id)
    return NewToken(user, row, _cookie(user.clinic_id, token))


def proves(session: Session, user: User, *, password: str, now: datetime) -> bool:
    """Whether the signed-in user knows their password; wrong tries count like those of a sign-in."""
    locked = queries.get_user(session, user.id, for_update=True)
    return _proved(session, locked, password, now, "password.check")


def end(session: Session, row: UserSession, now: datetime) -> None:
    """Sign out."""
    row.ended_at = now
    audit.record(session, "session.sign_out", entity_type="session", entity_id=row.id)


def end_all(session: Session, user_id: UUID, now: datetime, *, but: UUID | None = None) -> None:
    """Sign a user out everywhere, except in one session."""
    session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.id != (but or new_id()))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def _proved(session: Session, user: User | None, password: str, now: datetime, action: str) -> bool:
    """Check a password, counting and recording a failure.

    While paused even the right password is refused, so that a guesser learns nothing from the pause.
    """
    right = passwords.matches(user.password_hash if user else None, password)
    if user is None:
        return False
    paused = user.locked_until is not None and now < user.locked_until
    if paused or not right or not user.is_active:
        if not paused:
            user.failed_sign_ins += 1
            user.locked_until = _pause_until(user.failed_sign_ins, now)
        audit.record(
            session, action, entity_type="user", entity_id=user.id, outcome="refused", failures=user.failed_sign_ins
        )
        return False
    user.failed_sign_ins, user.locked_until = 0, None
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    return True


def _pause_until(failures: int, now: datetime) -> datetime | None:
    if failures < FREE_TRIES:
        return None
    doublings = min(failures - FREE_TRIES, 10)
    return now + min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _cookie(clinic_id: UUID, token: str) -> str:
    return f"{clinic_id.hex}.{token}"


def _parse(cookie: str | None) -> tuple[UUID, bytes] | None:
    clinic, _, token = (cookie or "").partition(".")
    if not token or len(clinic) != 32 or len(token) > 64:
        return None
    try:
        return UUID(hex=clinic), token_hash(token)
    except ValueError:
        return None


def token_hash(token: str) -> bytes:
    """What the database keeps of a cookie's token."""
    return hashlib.sha256(token.encode()).digest()
