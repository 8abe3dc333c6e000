"""Transcripts: read and correct."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy.orm import Session

from scribe.accounts.dependencies import CurrentUser
from scribe.audit import service as audit
from scribe.consultations import queries as consultations
from scribe.core.if_match import version_of
from scribe.db.dependencies import SessionDep
from scribe.transcription import queries, risk, service
from scribe.transcription.models import Transcript, Utterance
from scribe.transcription.schemas import TranscriptRead, UtteranceRead, UtteranceTexts, UtteranceUpdate, Word

router = APIRouter(tags=["transcription"])
IfMatch = Annotated[str, Header()]


@router.get("/api/consultations/{consultation_id}/transcript", response_model=TranscriptRead)
def read_transcript(
    consultation_id: UUID, session: SessionDep, user: CurrentUser, response: Response
) -> TranscriptRead:
    """The newest transcript."""
    consultation = consultations.get(session, user, consultation_id)
    transcript = queries.get_newest(session, consultation.id)
    audit.record(
        session,
        "transcript.read",
        entity_type="consultation",
        entity_id=consultation.id,
        version=transcript.version,
    )
    return _answer(session, transcript, response)


@router.post("/api/consultations/{consultation_id}/transcript/swap-roles", response_model=TranscriptRead)
def swap_roles(
    consultation_id: UUID, session: SessionDep, user: CurrentUser, response: Response, if_match: IfMatch
) -> TranscriptRead:
    """Exchange doctor and patient throughout. A draft that nobody has edited is written anew."""
    consultation = consultations.get(session, user, consultation_id, for_update=True)
    made = service.swap_roles(session, consultation=consultation, doctor=user, version=version_of(if_match))
    return _answer(session, made, response)


@router.patch("/api/consultations/{consultation_id}/transcript/utterances/{number}", response_model=TranscriptRead)
def update_utterance(
    consultation_id: UUID,
    number: int,
    body: UtteranceUpdate,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: IfMatch,
) -> TranscriptRead:
    """Correct who spoke (this turn, or this voice throughout) or what was said; makes a new version."""
    consultation = consultations.get(session, user, consultation_id, for_update=True)
    made = service.correct(
        session, consultation=consultation, doctor=user, version=version_of(if_match), number=number, correction=body
    )
    return _answer(session, made, response)


@router.patch("/api/consultations/{consultation_id}/transcript/utterances", response_model=TranscriptRead)
def update_texts(
    consultation_id: UUID,
    body: UtteranceTexts,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: IfMatch,
) -> TranscriptRead:
    """Correct what was said in many turns at once; makes one new version."""
    consultation = consultations.get(session, user, consultation_id, for_update=True)
    made = service.reword(
        session, consultation=consultation, doctor=user, version=version_of(if_match), texts=body.texts
    )
    return _answer(session, made, response)


def _answer(session: Session, transcript: Transcript, response: Response) -> TranscriptRead:
    response.headers["ETag"] = f'"{transcript.version}"'
    return _shown(transcript, queries.utterances(session, transcript))


def _shown(transcript: Transcript, turns: Sequence[Utterance]) -> TranscriptRead:
    return TranscriptRead(
        consultation_id=transcript.consultation_id,
        version=transcript.version,
        source=transcript.source,
        engine=transcript.engine,
        model=transcript.model,
        language=transcript.language,
        speech_ms=transcript.speech_ms,
        warnings=transcript.warnings,
        utterances=[_turn(turn) for turn in turns],
    )


def _turn(turn: Utterance) -> UtteranceRead:
    return UtteranceRead(
        number=turn.number,
        speaker=turn.speaker,
        role=turn.role,
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
        text=turn.text,
        words=[
            Word(text=text, start_ms=start, end_ms=end, probability=sure, risky=risk.is_risky(text, sure))
            for text, start, end, sure in turn.words
        ],
    )
