"""The capture protocol and playback."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.consultations.schemas import ConsultationStart, ConsultationStarted, RecordingGrant
from scribe.db.dependencies import SessionDep
from scribe.recordings.schemas import ChunkReceipt, Peaks, RecordingRead, Seal

router = APIRouter(tags=["recordings"])


@router.post("/api/consultations/start", response_model=ConsultationStarted, status_code=201)
def start_consultation(
    body: ConsultationStart, session: SessionDep, user: CurrentUser, request: Request
) -> ConsultationStarted:
    """Start a consultation and open its recording. The same idempotency key answers with the same consultation."""
    raise NotImplementedError


@router.post("/api/recordings/{recording_id}/grant", response_model=RecordingGrant)
def renew_recording_grant(
    recording_id: UUID, session: SessionDep, user: CurrentUser, request: Request
) -> RecordingGrant:
    """A fresh upload token and the journal key of an unsealed recording, to go on after a crash or expiry."""
    raise NotImplementedError


@router.put("/api/recordings/{recording_id}/segments/{segment}/chunks/{number}", response_model=ChunkReceipt)
async def put_chunk(
    recording_id: UUID,
    segment: int,
    number: int,
    request: Request,
    x_chunk_sha256: Annotated[str, Header(pattern="^[0-9a-f]{64}$")],
) -> ChunkReceipt:
    """Store a chunk (raw body). 200 only once it is durable. Same hash again: 200. Other hash: 409 chunk_conflict.

    Authorised by the upload token (Authorization: Bearer) or the session cookie.
    """
    raise NotImplementedError


@router.get("/api/recordings/{recording_id}", response_model=RecordingRead)
def read_recording(recording_id: UUID, session: SessionDep, request: Request) -> RecordingRead:
    """What the server holds. Authorised by the upload token or the session cookie."""
    raise NotImplementedError


@router.post("/api/recordings/{recording_id}/seal", response_model=RecordingRead)
def seal_recording(recording_id: UUID, body: Seal, request: Request) -> RecordingRead:
    """Close the recording: 409 recording_incomplete names what is missing (details.missing = [[segment, number], ...]);
    200 only after all stored chunks were read again and their hashes agreed. Authorised like a chunk."""
    raise NotImplementedError


@router.get("/api/recordings/{recording_id}/audio")
def stream_audio(
    recording_id: UUID,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the header's own name
) -> Response:
    """The assembled audio, with HTTP Range. One listening is one audit event."""
    raise NotImplementedError


@router.get("/api/recordings/{recording_id}/peaks", response_model=Peaks)
def read_peaks(recording_id: UUID, session: SessionDep, user: CurrentUser) -> Peaks:
    """The waveform's overview."""
    raise NotImplementedError
