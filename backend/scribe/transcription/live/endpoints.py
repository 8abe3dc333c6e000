"""Live captions."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request

from scribe.accounts.dependencies import CurrentUser, find_session
from scribe.consultations import queries as consultations
from scribe.consultations.models import ConsultationStatus
from scribe.consultations.streaming import EventStream
from scribe.core.errors import NotFound
from scribe.db.dependencies import SessionDep
from scribe.events.streaming import stream
from scribe.transcription.live import holding, viewing
from scribe.transcription.live.messages import CaptionState, CaptionTurn
from scribe.transcription.live.viewing import Reading, Viewing

router = APIRouter(tags=["transcription"])

# The schema is that of each event's data.
_EVENTS = {"model": CaptionTurn | CaptionState, "content": {EventStream.media_type: {"schema": {"type": "object"}}}}


@router.get("/api/consultations/{consultation_id}/captions", response_class=EventStream, responses={200: _EVENTS})
def stream_captions(consultation_id: UUID, request: Request, session: SessionDep, user: CurrentUser) -> EventStream:
    """Server-sent events while the consultation is recorded: `turn` for what is heard, `state` for how it goes.

    Captions are provisional and kept nowhere; the transcript replaces them.
    """
    state = request.app.state
    envelope, nothing = viewing.opened(session, state.settings, state.keyring, state.clock, user, consultation_id)
    if nothing is not None:
        return EventStream.of(_only(nothing))
    watched = Viewing(consultation_id, envelope, state.events, partial(_look_again, request, consultation_id))
    return EventStream.of(stream(state.events, watched, viewing.PACE))


async def _only(nothing: CaptionState) -> AsyncIterator[str]:
    yield viewing.written(nothing)


def _look_again(request: Request, consultation_id: UUID) -> Reading:
    """In a short session of its own. Reading is no activity: it never keeps a session open."""
    state = request.app.state
    with state.session_factory.begin() as session:
        found = find_session(request, session)
        if found is None or found.locked or found.user.must_change_password:
            return Reading.REFUSED
        try:
            consultation = consultations.get(session, found.user, consultation_id)
        except NotFound:
            return Reading.REFUSED
        if consultation.status != ConsultationStatus.RECORDING:
            return Reading.OVER
        if viewing.nothing_to_follow(session, state.settings, consultation) is not None:
            return Reading.OFF
        holding.request(session, state.settings, consultation, state.clock.now())
        return Reading.LIVE
