"""Who is asking. Resolved from the session cookie, inside the request's own transaction."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from scribe.accounts import sessions
from scribe.accounts.errors import PasswordChangeRequired, SessionLocked
from scribe.accounts.models import User
from scribe.core.errors import Forbidden, Unauthenticated
from scribe.db.dependencies import SessionDep

COOKIE = "__Host-scribe"


@dataclass(frozen=True)
class Viewer:
    """The ids of who is asking, for logs, limits and refusals (`request.state.viewer`)."""

    user_id: UUID
    clinic_id: UUID


def find_session(request: Request, session: Session) -> sessions.SignedIn | None:
    """The open session of the request's cookie, locked or not; enters its clinic."""
    state = request.app.state
    return sessions.find(session, request.cookies.get(COOKIE), now=state.clock.now(), rules=state.settings.security)


def authenticate(request: Request, session: Session) -> sessions.SignedIn:
    """The unlocked session of the request, or 401. For endpoints that hold transactions of their own."""
    found = find_session(request, session)
    if found is None:
        raise Unauthenticated
    if found.locked:
        raise SessionLocked
    sessions.touch(session, found.row, request.app.state.clock.now())
    request.state.viewer = Viewer(found.user.id, found.user.clinic_id)
    return found


def current_user(request: Request, session: SessionDep) -> User:
    """The signed-in, unlocked user; enters their clinic and names them as the audit actor. Else 401."""
    user = authenticate(request, session).user
    if user.must_change_password:
        raise PasswordChangeRequired
    return user


CurrentUser = Annotated[User, Depends(current_user, scope="function")]


def current_admin(user: CurrentUser) -> User:
    """The signed-in user, if they are an admin of their clinic. Else 403."""
    if user.role != "admin":
        raise Forbidden
    return user


CurrentAdmin = Annotated[User, Depends(current_admin, scope="function")]
