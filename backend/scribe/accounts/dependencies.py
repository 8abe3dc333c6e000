"""Who is asking. Resolved from the session cookie, inside the request's own transaction."""

from typing import Annotated

from fastapi import Depends, Request

from scribe.accounts.models import User
from scribe.core.errors import Forbidden
from scribe.db.dependencies import SessionDep

COOKIE = "__Host-scribe"


def current_user(request: Request, session: SessionDep) -> User:
    """The signed-in, unlocked user; enters their clinic and names them as the audit actor. Else 401."""
    raise NotImplementedError


CurrentUser = Annotated[User, Depends(current_user, scope="function")]


def current_admin(user: CurrentUser) -> User:
    """The signed-in user, if they are an admin of their clinic. Else 403."""
    if user.role != "admin":
        raise Forbidden
    return user


CurrentAdmin = Annotated[User, Depends(current_admin, scope="function")]
