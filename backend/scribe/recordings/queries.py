"""What is asked about recordings, and the one gate to them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, undefer

from scribe.accounts.models import Clinic, User
from scribe.consultations.models import Consultation, ConsultationStatus
from scribe.consultations.queries import is_visible
from scribe.core.crypto import KeyRing
from scribe.core.errors import NotFound
from scribe.db.base import table_of
from scribe.recordings.errors import UploadTokenInvalid
from scribe.recordings.keeping import Place
from scribe.recordings.models import Recording, RecordingChunk, RecordingState

_RECORDINGS, _CHUNKS, _CLINICS = table_of(Recording), table_of(RecordingChunk), table_of(Clinic)
_CONSULTATIONS, _USERS = table_of(Consultation), table_of(User)
_SLOT = (
    select(
        _RECORDINGS.c.state,
        _RECORDINGS.c.sealed_by,
        func.jsonb_array_length(_RECORDINGS.c.manifest["segments"]).label("listed"),
        _CONSULTATIONS.c.id.label("consultation_id"),
        _CONSULTATIONS.c.status,
        _CONSULTATIONS.c.wrapped_key,
        _CLINICS.c.id.label("clinic_id"),
        _CLINICS.c.wrapped_key.label("clinic_key"),
        _USERS.c.is_active,
        _CHUNKS.c.sha256,
        _CHUNKS.c.size_bytes,
        _CHUNKS.c.object_key,
    )
    .select_from(_RECORDINGS)
    .join(_CONSULTATIONS, _CONSULTATIONS.c.id == _RECORDINGS.c.consultation_id)
    .join(_USERS, _USERS.c.id == _CONSULTATIONS.c.doctor_id)
    .join(_CLINICS, _CLINICS.c.id == _RECORDINGS.c.clinic_id)
    .outerjoin(
        _CHUNKS,
        and_(
            _CHUNKS.c.recording_id == _RECORDINGS.c.id,
            _CHUNKS.c.segment == bindparam("of_segment"),
            _CHUNKS.c.number == bindparam("of_number"),
        ),
    )
    .where(_RECORDINGS.c.id == bindparam("of_recording"), _CONSULTATIONS.c.doctor_id == bindparam("of_sender"))
)


@dataclass(frozen=True)
class Slot:
    """A chunk's place, as it stands before the chunk is stored."""

    place: Place
    data_key: bytes
    takes_chunks: bool
    is_given_up: bool
    kept_sha256: bytes | None
    kept_size: int | None
    kept_key: str | None


def slot(session: Session, keyring: KeyRing, recording_id: UUID, sender_id: UUID, segment: int, number: int) -> Slot:
    """A chunk's place, for the recording's own doctor; one query, as hundreds of recordings ask it at once."""
    asked = {"of_recording": recording_id, "of_sender": sender_id, "of_segment": segment, "of_number": number}
    row = session.execute(_SLOT, asked).one_or_none()
    if row is None:
        raise NotFound
    if not row.is_active:
        raise UploadTokenInvalid
    return Slot(
        Place(row.clinic_id, row.consultation_id, recording_id),
        keyring.consultation_key(row.clinic_id, row.clinic_key, row.consultation_id, row.wrapped_key),
        takes_chunks(row.state, row.sealed_by, row.status),
        is_given_up(row.status, row.listed),
        row.sha256,
        row.size_bytes,
        row.object_key,
    )


def takes_chunks(state: str, sealed_by: str | None, status: str) -> bool:
    """Open recordings take chunks, and so do those that only the sweep closed, until the note is signed.

    Also where the consultation was cancelled: its doctor may bring it back, and what is here by then cannot be lost
    with the device.
    """
    return state == RecordingState.OPEN or (sealed_by == "timeout" and status != ConsultationStatus.SIGNED)


def is_given_up(status: str, listed_segments: int | None) -> bool:
    """Whether a person cancelled the consultation. The sweep cancels only what it closed with an empty list."""
    return status == ConsultationStatus.CANCELLED and listed_segments != 0


@dataclass(frozen=True)
class Held:
    """A recording with its consultation and its keys."""

    recording: Recording
    consultation: Consultation
    data_key: bytes

    @property
    def place(self) -> Place:
        """Where its objects are."""
        return Place(self.recording.clinic_id, self.consultation.id, self.recording.id)

    @property
    def is_given_up(self) -> bool:
        """Whether a person cancelled the consultation."""
        manifest = self.recording.manifest
        return is_given_up(self.consultation.status, None if manifest is None else len(manifest["segments"]))


def of_sender(
    session: Session, keyring: KeyRing, recording_id: UUID, sender_id: UUID, *, for_update: bool = False
) -> Held:
    """The recording, for its own doctor; else the same `NotFound` as for a missing one.

    Locks are taken as everywhere: the consultation's row, then the recording's.
    """
    found = session.execute(
        _held().where(Recording.id == recording_id, Consultation.doctor_id == sender_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    if not found.is_active:
        raise UploadTokenInvalid
    if for_update:
        lock(session, found.Consultation, found.Recording)
    return _opened(keyring, found)


def seen_by(session: Session, keyring: KeyRing, viewer: User, recording_id: UUID) -> Held:
    """The recording, if the viewer may see its consultation; else the same `NotFound` as for a missing one."""
    found = session.execute(_held().where(Recording.id == recording_id, is_visible(viewer))).one_or_none()
    if found is None:
        raise NotFound
    return _opened(keyring, found)


def of_consultation(session: Session, keyring: KeyRing, consultation_id: UUID) -> Held:
    """The recording of a consultation, for the system's own work."""
    return _opened(keyring, session.execute(_held().where(Consultation.id == consultation_id)).one())


def lock(session: Session, consultation: Consultation, recording: Recording) -> None:
    """Lock both rows, consultation first, and read them anew."""
    session.refresh(consultation, with_for_update={"key_share": True})
    session.refresh(recording, with_for_update={"key_share": True})


def chunks(session: Session, recording_id: UUID, *, with_copies: bool = False) -> list[RecordingChunk]:
    """All stored chunks, by segment and number."""
    statement = (
        select(RecordingChunk)
        .where(RecordingChunk.recording_id == recording_id)
        .order_by(RecordingChunk.segment, RecordingChunk.number)
    )
    if with_copies:
        statement = statement.options(undefer(RecordingChunk.sealed_copy))
    return list(session.scalars(statement))


def abandoned(session: Session, clinic_id: UUID, before: datetime) -> list[Held]:
    """Recordings that are open, of consultations that still record, to which nothing came since the moment."""
    rows = session.execute(
        _held()
        .where(
            Recording.clinic_id == clinic_id,
            Recording.state == RecordingState.OPEN,
            Recording.last_chunk_at < before,
            Consultation.status == ConsultationStatus.RECORDING,
        )
        .order_by(Recording.last_chunk_at)
    )
    return [Held(row.Recording, row.Consultation, b"") for row in rows]


def _held() -> Select[Recording, Consultation, Clinic, bool]:
    return (
        select(Recording, Consultation, Clinic, User.is_active)
        .join(Consultation, Consultation.id == Recording.consultation_id)
        .join(User, User.id == Consultation.doctor_id)
        .join(Clinic, Clinic.id == Recording.clinic_id)
    )


def _opened(keyring: KeyRing, row: Row[Recording, Consultation, Clinic, bool]) -> Held:
    recording, consultation, clinic, _ = row
    key = keyring.consultation_key(clinic.id, clinic.wrapped_key, consultation.id, consultation.wrapped_key)
    return Held(recording, consultation, key)
