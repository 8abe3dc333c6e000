"""Learned wordings: look, remove, have back. Always one's own."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from scribe.accounts.dependencies import CurrentUser
from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.db.dependencies import SessionDep
from scribe.notes.wordings import queries, service
from scribe.notes.wordings.schemas import WritingPreferenceRead

router = APIRouter(tags=["writing-preferences"])
_ALL = "/api/account/writing-preferences"


@router.get(_ALL, response_model=list[WritingPreferenceRead])
def list_writing_preferences(session: SessionDep, user: CurrentUser) -> list[WritingPreferenceRead]:
    """One's own learned wordings, those that were removed among them."""
    audit.record(session, "writing_preferences.read", entity_type="user", entity_id=user.id)
    return _shown(session, user)


@router.delete(_ALL + "/{preference_id}", response_model=list[WritingPreferenceRead])
def remove_writing_preference(
    preference_id: UUID, session: SessionDep, user: CurrentUser, request: Request
) -> list[WritingPreferenceRead]:
    """Use a wording no more; it is not learned again unless it is taken back."""
    service.remove(session, doctor=user, preference_id=preference_id, clock=request.app.state.clock)
    return _shown(session, user)


@router.post(_ALL + "/{preference_id}/restore", response_model=list[WritingPreferenceRead])
def restore_writing_preference(
    preference_id: UUID, session: SessionDep, user: CurrentUser, request: Request
) -> list[WritingPreferenceRead]:
    """Use a removed wording again."""
    service.restore(session, doctor=user, preference_id=preference_id, clock=request.app.state.clock)
    return _shown(session, user)


def _shown(session: Session, user: User) -> list[WritingPreferenceRead]:
    return [
        WritingPreferenceRead.model_validate({**vars(preference), "notes": notes})
        for preference, notes in queries.known(session, user.id)
    ]
