"""Who sends audio: by the upload token, which works while the screen is locked, or by the session."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from scribe.accounts.dependencies import Viewer, current_user
from scribe.core.errors import NotFound
from scribe.recordings import tokens
from scribe.recordings.chunks import Sender
from scribe.recordings.keeping import Vault


def vault(request: Request) -> Vault:
    """The app's means to keep audio."""
    state = request.app.state
    return Vault(state.session_factory, state.store, state.keyring, state.clock, state.settings)


def sender_by_token(request: Request, recording_id: UUID) -> Sender | None:
    """The holder of the request's upload token; None if there is no token. No database is asked."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    state = request.app.state
    right = tokens.read(state.settings.security, token.strip(), state.clock.now())
    request.state.viewer = Viewer(right.user_id, right.clinic_id)
    if right.recording_id != recording_id:
        raise NotFound
    return Sender(right.clinic_id, right.user_id)


def sender(request: Request, recording_id: UUID) -> Sender:
    """Who sends, by token or by session, or 401."""
    found = sender_by_token(request, recording_id)
    if found is not None:
        return found
    with request.app.state.session_factory.begin() as session:
        user = current_user(request, session)
        return Sender(user.clinic_id, user.id)


# A dependency, not a call in the endpoint: who may not send is refused before the body is looked at.
SenderDep = Annotated[Sender, Depends(sender, scope="function")]
