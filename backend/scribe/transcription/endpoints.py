"""Transcripts: read and correct."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.db.dependencies import SessionDep
from scribe.transcription.schemas import TranscriptRead, UtteranceUpdate

router = APIRouter(tags=["transcription"])


@router.get("/api/consultations/{consultation_id}/transcript", response_model=TranscriptRead)
def read_transcript(
    consultation_id: UUID, session: SessionDep, user: CurrentUser, response: Response
) -> TranscriptRead:
    """The newest transcript."""
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/transcript/swap-roles", response_model=TranscriptRead)
def swap_roles(
    consultation_id: UUID,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: Annotated[str, Header()],
) -> TranscriptRead:
    """Exchange doctor and patient throughout. A draft that nobody has edited is written anew."""
    raise NotImplementedError


@router.patch("/api/consultations/{consultation_id}/transcript/utterances/{number}", response_model=TranscriptRead)
def update_utterance(
    consultation_id: UUID,
    number: int,
    body: UtteranceUpdate,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: Annotated[str, Header()],
) -> TranscriptRead:
    """Correct who spoke (this turn, or this voice throughout) or what was said; makes a new version."""
    raise NotImplementedError
