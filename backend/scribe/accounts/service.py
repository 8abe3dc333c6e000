"""Clinics and their people: made, changed, switched off."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scribe.accounts import passwords, queries, sessions
from scribe.accounts.errors import EmailTaken, LastAdmin
from scribe.accounts.models import Clinic, Role, SignInDirectory, User
from scribe.audit import service as audit
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.db.session import enter_clinic


def create_clinic(
    session: Session, keyring: KeyRing, *, name: str, timezone: str = "UTC", default_language: str = "en"
) -> Clinic:
    """A new clinic with a key of its own; the session enters it, acting as the system."""
    clinic_id = new_id()
    enter_clinic(session, clinic_id)
    audit.act_as(session, audit.Actor("system", None))
    clinic = Clinic(
        id=clinic_id,
        name=name,
        timezone=timezone,
        default_language=default_language,
        wrapped_key=keyring.new_clinic_key(clinic_id),
    )
    session.add(clinic)
    session.flush()
    audit.record(session, "clinic.create", entity_type="clinic", entity_id=clinic_id)
    return clinic


def create_user(
    session: Session,
    *,
    email: str,
    full_name: str,
    role: Role,
    password: str,
    must_change_password: bool = True,
) -> User:
    """Add a person to the entered clinic."""
    clinic, email = queries.clinic(session), sessions.normal_email(email)
    passwords.refuse_weak(password, personal=(clinic.name, full_name, email))
    if session.get(SignInDirectory, email) is not None:
        raise EmailTaken
    user = User(
        id=new_id(),
        clinic_id=clinic.id,
        email=email,
        full_name=full_name,
        role=role,
        password_hash=passwords.hashed(password),
        must_change_password=must_change_password,
    )
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
            session.add(SignInDirectory(email=email, clinic_id=clinic.id, user_id=user.id))
    except IntegrityError as error:
        # Two admins added the same address at the same moment.
        raise EmailTaken from error
    session.refresh(user)
    audit.record(session, "user.create", entity_type="user", entity_id=user.id, role=role.value)
    return user


def update_user(
    session: Session,
    *,
    user: User,
    now: datetime,
    full_name: str | None = None,
    role: Role | None = None,
    is_active: bool | None = None,
) -> None:
    """Change what is given. A person who is switched off is signed out everywhere at once."""
    loses_admin = user.role == Role.ADMIN and user.is_active and (role == Role.DOCTOR or is_active is False)
    if loses_admin and set(queries.lock_active_admins(session)) <= {user.id}:
        raise LastAdmin
    asked = {"full_name": full_name, "role": role, "is_active": is_active}
    changed = {name: value for name, value in asked.items() if value is not None and value != getattr(user, name)}
    for name, value in changed.items():
        setattr(user, name, value)
    if changed.get("is_active") is False:
        sessions.end_all(session, user.id, now)
    audit.record(session, "user.update", entity_type="user", entity_id=user.id, fields=sorted(changed))


def set_password(session: Session, *, user: User, password: str, must_change_password: bool = False) -> None:
    """Give a user a new password, and a clean slate of tries."""
    clinic = queries.clinic(session)
    passwords.refuse_weak(password, personal=(clinic.name, user.full_name, user.email))
    user.password_hash = passwords.hashed(password)
    user.must_change_password = must_change_password
    user.failed_sign_ins, user.locked_until = 0, None
    audit.record(session, "password.change", entity_type="user", entity_id=user.id)
