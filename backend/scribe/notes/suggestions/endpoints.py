"""Suggestions for a section: ask, look, take, put aside."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.consultations import queries as consultations
from scribe.core.if_match import version_of
from scribe.db.dependencies import SessionDep
from scribe.notes import presenting as notes
from scribe.notes import queries, trail
from scribe.notes.endpoints import IfMatch, note_for_change
from scribe.notes.schemas import NoteRead
from scribe.notes.suggestions import presenting, service
from scribe.notes.suggestions.schemas import SuggestionAccept, SuggestionCreate, SuggestionsRead

router = APIRouter(tags=["suggestions"])


@router.post(
    "/api/consultations/{consultation_id}/note/sections/{section_key}/suggestions",
    response_model=SuggestionsRead,
    status_code=202,
)
def request_suggestion(
    consultation_id: UUID,
    section_key: str,
    body: SuggestionCreate,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
) -> SuggestionsRead:
    """Have a section drafted again, or as instructed. The note stays as it is; a hint tells when there is something.

    409 `instruct_needs_language_model` where the clinic's drafter follows no instructions.
    """
    consultation, note = note_for_change(session, user, consultation_id)
    service.request(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        section_key=section_key,
        instruction=body.instruction,
        settings=request.app.state.settings,
        clock=request.app.state.clock,
    )
    return presenting.present(session, consultation, note, request.app.state.settings)


@router.get("/api/consultations/{consultation_id}/note/suggestions", response_model=SuggestionsRead)
def list_suggestions(
    consultation_id: UUID, session: SessionDep, user: CurrentUser, request: Request
) -> SuggestionsRead:
    """The open suggestions of a note, compared with the note as it is now."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    trail.record(session, "note.suggestions_read", note)
    return presenting.present(session, consultation, note, request.app.state.settings)


@router.post("/api/consultations/{consultation_id}/note/suggestions/{suggestion_id}/accept", response_model=NoteRead)
def accept_suggestion(
    consultation_id: UUID,
    suggestion_id: UUID,
    body: SuggestionAccept,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> NoteRead:
    """Make the ticked lines the note's next version. 412 `stale` when the note was saved since it was compared."""
    consultation, note = note_for_change(session, user, consultation_id)
    service.accept(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        version=version_of(if_match),
        suggestion_id=suggestion_id,
        remove=body.remove,
        take=body.take,
        clock=request.app.state.clock,
    )
    shown = notes.present(session, consultation, note)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.post("/api/consultations/{consultation_id}/note/suggestions/{suggestion_id}/dismiss", status_code=204)
def dismiss_suggestion(
    consultation_id: UUID, suggestion_id: UUID, session: SessionDep, user: CurrentUser, request: Request
) -> None:
    """Put a suggestion aside; the note stays as it is."""
    consultation, note = note_for_change(session, user, consultation_id)
    service.dismiss(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        suggestion_id=suggestion_id,
        clock=request.app.state.clock,
    )
