"""Sign-in, the session, and the clinic's people."""

import time
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from scribe.accounts import queries, service, sessions
from scribe.accounts.dependencies import COOKIE, CurrentAdmin, CurrentUser, authenticate, find_session
from scribe.accounts.errors import SignInRefused, WrongPassword
from scribe.accounts.models import User, UserSession
from scribe.accounts.schemas import (
    ClinicRead,
    PasswordChange,
    Preferences,
    SessionRead,
    SignIn,
    Unlock,
    UserCreate,
    UserRead,
    UserUpdate,
)
from scribe.core.errors import Unauthenticated
from scribe.core.settings import SecuritySettings
from scribe.db.dependencies import SessionDep

router = APIRouter(tags=["accounts"])

# A refused sign-in answers no sooner, so that the time tells nothing about the address.
REFUSAL_SECONDS = 0.4


@router.post("/api/session", response_model=SessionRead)
def sign_in(body: SignIn, request: Request, response: Response) -> SessionRead:
    """Sign in. The session is a cookie that scripts cannot read."""
    begun = time.monotonic()
    # A transaction of its own: the count of a refusal must commit although the answer is an error.
    with request.app.state.session_factory.begin() as session:
        opened = sessions.sign_in(
            session,
            email=body.email,
            password=body.password.get_secret_value(),
            now=_now(request),
            rules=_rules(request),
        )
        answer = _read(session, opened.user, opened.row, _rules(request), locked=False) if opened else None
    if opened is None or answer is None:
        time.sleep(max(0.0, REFUSAL_SECONDS - (time.monotonic() - begun)))
        raise SignInRefused
    _end_former(request)
    _set_cookie(request, response, opened.cookie)
    return answer


@router.get("/api/session", response_model=SessionRead)
def read_session(session: SessionDep, request: Request) -> SessionRead:
    """Who is signed in; also answers while the session is locked. Does not count as activity."""
    found = find_session(request, session)
    if found is None:
        raise Unauthenticated
    return _read(session, found.user, found.row, _rules(request), locked=found.locked)


@router.delete("/api/session", status_code=204)
def sign_out(session: SessionDep, request: Request, response: Response) -> None:
    """Sign out. Signed out already is no error."""
    found = find_session(request, session)
    if found is not None:
        sessions.end(session, found.row, _now(request))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


@router.post("/api/session/lock", status_code=204)
def lock_session(session: SessionDep, request: Request) -> None:
    """Lock the screen. Chunks of a running recording still go through, on their own token."""
    found = find_session(request, session)
    if found is None:
        raise Unauthenticated
    sessions.lock(session, found.row, _now(request))


@router.post("/api/session/unlock", response_model=SessionRead)
def unlock_session(body: Unlock, request: Request, response: Response) -> SessionRead:
    """Lift an idle lock with the password."""
    with request.app.state.session_factory.begin() as session:
        found = find_session(request, session)
        if found is None:
            raise Unauthenticated
        opened = sessions.unlock(session, found, password=body.password.get_secret_value(), now=_now(request))
        answer = _read(session, opened.user, opened.row, _rules(request), locked=False) if opened else None
    if opened is None or answer is None:
        raise WrongPassword
    _set_cookie(request, response, opened.cookie)
    return answer


@router.post("/api/account/password", status_code=204)
def change_password(body: PasswordChange, request: Request) -> None:
    """Change one's own password; all other sessions end."""
    # As at sign-in: the count of a wrong try must commit although the answer is an error.
    with request.app.state.session_factory.begin() as session:
        signed_in, now = authenticate(request, session), _now(request)
        proved = sessions.proves(session, signed_in.user, password=body.current_password.get_secret_value(), now=now)
        if proved:
            service.set_password(session, user=signed_in.user, password=body.new_password.get_secret_value())
            sessions.end_all(session, signed_in.user.id, now, but=signed_in.row.id)
    if not proved:
        raise WrongPassword


@router.put("/api/account/preferences", response_model=Preferences)
def write_preferences(body: Preferences, user: CurrentUser) -> Preferences:
    """Save one's own screen settings."""
    user.preferences = body.model_dump()
    return body


@router.get("/api/users", response_model=list[UserRead])
def list_users(session: SessionDep, _admin: CurrentAdmin) -> list[User]:
    """The clinic's people."""
    return queries.people(session)


@router.post("/api/users", response_model=UserRead, status_code=201)
def create_user(body: UserCreate, session: SessionDep, _admin: CurrentAdmin) -> User:
    """Add a person."""
    return service.create_user(
        session,
        email=body.email,
        full_name=body.full_name,
        role=body.role,
        password=body.password.get_secret_value(),
    )


@router.patch("/api/users/{user_id}", response_model=UserRead)
def update_user(user_id: UUID, body: UserUpdate, session: SessionDep, _admin: CurrentAdmin, request: Request) -> User:
    """Change a person's name, role, or whether they may sign in; takes effect on their next request."""
    user = queries.get_user(session, user_id)
    service.update_user(session, user=user, now=_now(request), **body.model_dump(exclude_none=True))
    return user


def _read(session: Session, user: User, row: UserSession, rules: SecuritySettings, *, locked: bool) -> SessionRead:
    session.flush()
    return SessionRead(
        user=UserRead.model_validate(user),
        clinic=ClinicRead.model_validate(queries.clinic(session)),
        preferences=user.preferences,
        idle_seconds=rules.session_idle_seconds,
        expires_at=row.expires_at,
        locked=locked,
    )


def _end_former(request: Request) -> None:
    """End the session that this browser had before."""
    with request.app.state.session_factory.begin() as session:
        former = find_session(request, session)
        if former is not None:
            sessions.end(session, former.row, _now(request))


def _set_cookie(request: Request, response: Response, cookie: str) -> None:
    seconds = _rules(request).session_absolute_seconds
    response.set_cookie(COOKIE, cookie, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict")


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock.now()
    return now


def _rules(request: Request) -> SecuritySettings:
    rules: SecuritySettings = request.app.state.settings.security
    return rules
