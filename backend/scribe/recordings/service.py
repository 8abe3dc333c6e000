"""A recording's beginning, and what its owner is told about it."""

import base64
from itertools import groupby

from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations import service as consultations
from scribe.consultations.errors import IdempotencyKeyReused
from scribe.consultations.models import Consultation
from scribe.consultations.schemas import ConsultationStart, RecordingGrant
from scribe.recordings import queries, tokens
from scribe.recordings.keeping import Vault, journal_key_of
from scribe.recordings.models import Recording, RecordingSource, RecordingState
from scribe.recordings.schemas import RecordingRead, RecordingWarning, StoredSegment
from scribe.recordings.tokens import UploadRight


def start(session: Session, vault: Vault, *, doctor: User, wanted: ConsultationStart) -> Consultation:
    """Start a consultation and open its recording; the same idempotency key gives the same one."""
    started = consultations.start(session, doctor=doctor, wanted=wanted, keyring=vault.keyring, clock=vault.clock)
    consultation = started.consultation
    if started.is_new:
        session.add(
            Recording(
                id=consultation.recording_id,
                clinic_id=consultation.clinic_id,
                consultation_id=consultation.id,
                source=RecordingSource(wanted.source),
                state=RecordingState.OPEN,
                started_at=consultation.started_at,
                last_chunk_at=consultation.started_at,
            )
        )
        session.flush()
    elif session.get_one(Recording, consultation.recording_id).source != wanted.source:
        raise IdempotencyKeyReused
    return consultation


def grant(session: Session, vault: Vault, *, doctor: User, consultation: Consultation) -> RecordingGrant:
    """The means to record: a token for the chunks, and the key of the browser's journal."""
    recording_id = consultation.recording_id
    right = UploadRight(doctor.id, doctor.clinic_id, recording_id)
    token, expires_at = tokens.issue(vault.settings.security, right, vault.clock.now())
    data_key = consultations.data_key(session, consultation, vault.keyring)
    return RecordingGrant(
        recording_id=recording_id,
        upload_token=token,
        upload_token_expires_at=expires_at,
        journal_key=base64.b64encode(journal_key_of(data_key, recording_id)).decode(),
        chunk_max_bytes=vault.settings.recording.chunk_max_bytes,
    )


def described(session: Session, held: queries.Held) -> RecordingRead:
    """The recording as the server holds it."""
    recording = held.recording
    stored = [
        StoredSegment(segment=segment, chunks={chunk.number: chunk.sha256.hex() for chunk in group})
        for segment, group in groupby(queries.chunks(session, recording.id), key=lambda chunk: chunk.segment)
    ]
    return RecordingRead(
        id=recording.id,
        consultation_id=recording.consultation_id,
        source=recording.source,
        state=recording.state,
        started_at=recording.started_at,
        sealed_at=recording.sealed_at,
        sealed_by=recording.sealed_by,
        duration_ms=recording.duration_ms,
        audio_mime_type=recording.audio_mime_type,
        stored=stored,
        warnings=[RecordingWarning(**each) for each in recording.warnings],
    )


def read(session: Session, held: queries.Held) -> RecordingRead:
    """What the server holds, on record."""
    audit.record(session, "recording.read", entity_type="recording", entity_id=held.recording.id)
    return described(session, held)
