"""The capture protocol and playback."""

import asyncio
from typing import Annotated
from uuid import UUID

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from scribe.accounts.dependencies import CurrentUser
from scribe.audit import service as audit
from scribe.consultations import presenting
from scribe.consultations import queries as consultations
from scribe.consultations.errors import TemplateUnknown
from scribe.consultations.schemas import ConsultationStart, ConsultationStarted, RecordingGrant
from scribe.db.dependencies import SessionDep
from scribe.recordings import chunks, findings, playback, queries, sealing, service
from scribe.recordings.dependencies import SenderDep, sender, sender_by_token, vault
from scribe.recordings.errors import AudioNotReady, ChunkTooLarge, ChunkTooSlow
from scribe.recordings.keeping import audio_key_of
from scribe.recordings.schemas import ChunkReceipt, Peaks, RecordingRead, Seal
from scribe.recordings.shares import take_share

router = APIRouter(tags=["recordings"])
# Chunks have threads of their own: a burst of them neither starves the other endpoints nor is starved by them.
CHUNK_THREADS = 12
# A browser gives a chunk up after 60 s, and sends it anew. Who is slower only holds a place and memory.
_BODY_SECONDS = 120
_PRIVATE = {"Cache-Control": "private, no-store", "Accept-Ranges": "bytes"}


@router.post("/api/consultations/start", response_model=ConsultationStarted, status_code=201)
def start_consultation(
    body: ConsultationStart, session: SessionDep, user: CurrentUser, request: Request
) -> ConsultationStarted:
    """Start a consultation and open its recording. The same idempotency key answers with the same consultation."""
    if not request.app.state.template_exists(session, body.template_key):
        raise TemplateUnknown
    means = vault(request)
    consultation = service.start(session, means, doctor=user, wanted=body)
    return ConsultationStarted(
        consultation=presenting.present(user, consultations.shown(session, user, consultation.id)),
        recording=service.grant(session, means, doctor=user, consultation=consultation),
    )


@router.post("/api/recordings/{recording_id}/grant", response_model=RecordingGrant)
def renew_recording_grant(
    recording_id: UUID, session: SessionDep, user: CurrentUser, request: Request
) -> RecordingGrant:
    """A fresh upload token and the journal key of one's own recording, to go on after a crash or expiry.

    Also after it was sealed: the browser may still hold audio that it can only read with this key.
    """
    means = vault(request)
    held = queries.of_sender(session, means.keyring, recording_id, user.id)
    audit.record(session, "recording.granted", entity_type="recording", entity_id=recording_id)
    return service.grant(session, means, doctor=user, consultation=held.consultation)


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
    means = vault(request)
    who = sender_by_token(request, recording_id)
    if who is None:
        who = await anyio.to_thread.run_sync(sender, request, recording_id)
    with request.app.state.shares.taken_by(who.user_id):
        body = await _body(request, means.settings.recording.chunk_max_bytes)
        arrived = chunks.Arrived(recording_id, segment, number, bytes.fromhex(x_chunk_sha256), body)
        return await anyio.to_thread.run_sync(chunks.store, means, who, arrived, limiter=_chunk_limiter(request))


@router.get("/api/recordings/{recording_id}", response_model=RecordingRead)
def read_recording(recording_id: UUID, who: SenderDep, request: Request) -> RecordingRead:
    """What the server holds. Authorised by the upload token or the session cookie; for the recording's own doctor."""
    means = vault(request)
    with chunks.acting(means, who) as session:
        held = queries.of_sender(session, means.keyring, recording_id, who.user_id)
        return service.read(session, held)


@router.post(
    "/api/recordings/{recording_id}/seal",
    response_model=RecordingRead,
    dependencies=[Depends(take_share, scope="function")],
)
def seal_recording(recording_id: UUID, body: Seal, who: SenderDep, request: Request) -> RecordingRead:
    """Close the recording. 200 only after all stored chunks were read again and their hashes agreed.

    409 recording_incomplete names what is missing (details.missing = [[segment, number], ...]), 409 recording_has_more
    what the list leaves out (details.unlisted). Authorised like a chunk.
    """
    means = vault(request)
    sealing.seal(means, who, recording_id, body)
    with chunks.acting(means, who) as session:
        return service.described(session, queries.of_sender(session, means.keyring, recording_id, who.user_id))


@router.head("/api/recordings/{recording_id}/audio", include_in_schema=False)
@router.get("/api/recordings/{recording_id}/audio")
def stream_audio(
    recording_id: UUID,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the header's own name
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """The assembled audio, with HTTP Range. Every answer that hands out audio is one audit event."""
    means = vault(request)
    held = queries.seen_by(session, means.keyring, user, recording_id)
    recording = held.recording
    if recording.audio_key is None or recording.audio_bytes is None:
        raise AudioNotReady
    audio = playback.SealedAudio(means.store, audio_key_of(held.data_key), recording.audio_key, recording.audio_bytes)
    version = f'"{recording.audio_key.rpartition("-")[2]}"'
    span = None if if_range not in {None, version} else playback.asked_for(range, audio.size)
    whole = span or playback.Span(0, audio.size, audio.size)
    audit.record(
        session,
        "recording.listened" if request.method == "GET" else "recording.read",
        entity_type="recording",
        entity_id=recording_id,
        first_byte=whole.start,
        end_byte=whole.end,
        size=whole.size,
    )
    headers = _PRIVATE | {"ETag": version, "Content-Length": str(whole.end - whole.start)}
    if span is not None:
        headers["Content-Range"] = span.content_range
    return StreamingResponse(
        audio.stream(whole) if request.method == "GET" else iter(()),
        206 if span is not None else 200,
        headers,
        media_type=recording.audio_mime_type,
    )


@router.get("/api/recordings/{recording_id}/peaks", response_model=Peaks)
def read_peaks(recording_id: UUID, session: SessionDep, user: CurrentUser, request: Request) -> Peaks:
    """The waveform's overview, and the moments that were marked while recording."""
    recording = queries.seen_by(session, request.app.state.keyring, user, recording_id).recording
    if recording.peaks is None or recording.duration_ms is None:
        raise AudioNotReady
    audit.record(session, "recording.peaks_read", entity_type="recording", entity_id=recording_id)
    return Peaks(
        duration_ms=recording.duration_ms, peaks=recording.peaks, marks_ms=findings.marks(recording.manifest or {})
    )


async def _body(request: Request, limit: int) -> bytes:
    """The request's body, given up as soon as it is longer than the limit, or has taken too long."""
    if int(request.headers.get("content-length") or 0) > limit:
        raise ChunkTooLarge(limit=limit)
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    raise ChunkTooLarge(limit=limit)
    except TimeoutError as error:
        raise ChunkTooSlow from error
    return bytes(body)


def _chunk_limiter(request: Request) -> CapacityLimiter:
    state = request.app.state
    if not hasattr(state, "chunk_limiter"):
        state.chunk_limiter = CapacityLimiter(CHUNK_THREADS)
    limiter: CapacityLimiter = state.chunk_limiter
    return limiter
