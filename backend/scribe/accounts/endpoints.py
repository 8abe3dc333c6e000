"""Sign-in, the session, and the clinic's people."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from scribe.accounts.dependencies import CurrentAdmin, CurrentUser
from scribe.accounts.models import User
from scribe.accounts.schemas import (
    PasswordChange,
    Preferences,
    SessionRead,
    SignIn,
    Unlock,
    UserCreate,
    UserRead,
    UserUpdate,
)
from scribe.db.dependencies import SessionDep

router = APIRouter(tags=["accounts"])


@router.post("/api/session", response_model=SessionRead)
def sign_in(body: SignIn, session: SessionDep, request: Request, response: Response) -> SessionRead:
    """Sign in. The session is a cookie that scripts cannot read."""
    raise NotImplementedError


@router.get("/api/session", response_model=SessionRead)
def read_session(session: SessionDep, request: Request) -> SessionRead:
    """Who is signed in; also answers while the session is locked. Does not count as activity."""
    raise NotImplementedError


@router.delete("/api/session", status_code=204)
def sign_out(session: SessionDep, request: Request, response: Response) -> None:
    """Sign out. Signed out already is no error."""
    raise NotImplementedError


@router.post("/api/session/lock", status_code=204)
def lock_session(session: SessionDep, request: Request) -> None:
    """Lock the screen. Chunks of a running recording still go through, on their own token."""
    raise NotImplementedError


@router.post("/api/session/unlock", response_model=SessionRead)
def unlock_session(body: Unlock, session: SessionDep, request: Request) -> SessionRead:
    """Lift an idle lock with the password."""
    raise NotImplementedError


@router.post("/api/account/password", status_code=204)
def change_password(body: PasswordChange, session: SessionDep, user: CurrentUser, request: Request) -> None:
    """Change one's own password; all other sessions end."""
    raise NotImplementedError


@router.put("/api/account/preferences", response_model=Preferences)
def write_preferences(body: Preferences, session: SessionDep, user: CurrentUser) -> Preferences:
    """Save one's own screen settings."""
    raise NotImplementedError


@router.get("/api/users", response_model=list[UserRead])
def list_users(session: SessionDep, admin: CurrentAdmin) -> list[User]:
    """The clinic's people."""
    raise NotImplementedError


@router.post("/api/users", response_model=UserRead, status_code=201)
def create_user(body: UserCreate, session: SessionDep, admin: CurrentAdmin) -> User:
    """Add a person."""
    raise NotImplementedError


@router.patch("/api/users/{user_id}", response_model=UserRead)
def update_user(user_id: UUID, body: UserUpdate, session: SessionDep, admin: CurrentAdmin) -> User:
    """Change a person's name, role, or whether they may sign in; takes effect on their next request."""
    raise NotImplementedError
