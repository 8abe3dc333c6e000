"""Chunks: stored before they are acknowledged, once, whoever sends them how often."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from scribe.audit import service as audit
from scribe.core import crypto
from scribe.core.ids import new_id
from scribe.db.base import table_of
from scribe.db.session import clinic_session
from scribe.recordings import queries, sniffing
from scribe.recordings.errors import (
    ChunkConflict,
    ChunkEmpty,
    ChunkHashMismatch,
    ChunkNumberInvalid,
    RecordingSealed,
    RecordingTooLarge,
)
from scribe.recordings.keeping import Vault, audio_key_of
from scribe.recordings.models import Recording, RecordingChunk, RecordingState
from scribe.recordings.schemas import ChunkReceipt

MAX_SEGMENT, MAX_NUMBER = 9_999, 99_999
# A container's header is in the first bytes; a chunk longer than this is a file's, which its doctor still has.
MAX_COPY_BYTES = 1024 * 1024

_RECORDINGS, _CHUNKS = table_of(Recording), table_of(RecordingChunk)
# The recording's row first: a seal holds it, so no chunk slips in between its last look and its commit.
_GROWN = (
    update(_RECORDINGS)
    .where(_RECORDINGS.c.id == bindparam("of_recording"))
    .values(
        last_chunk_at=bindparam("given_now"), stored_bytes=_RECORDINGS.c.stored_bytes + bindparam("given_size_bytes")
    )
    .returning(_RECORDINGS.c.id, _RECORDINGS.c.state, _RECORDINGS.c.sealed_by, _RECORDINGS.c.stored_bytes)
    .cte("grown")
)
_GIVEN = ("id", "clinic_id", "segment", "number", "size_bytes", "sha256", "object_key", "sealed_copy")
_KEPT = (
    insert(_CHUNKS)
    .from_select(
        ["recording_id", *_GIVEN],
        select(_GROWN.c.id, *(bindparam(f"given_{name}", type_=_CHUNKS.c[name].type) for name in _GIVEN)),
    )
    .on_conflict_do_nothing(index_elements=["recording_id", "segment", "number"])
    .returning(_CHUNKS.c.id)
    .cte("kept")
)
_ADD = select(
    _GROWN.c.state, _GROWN.c.sealed_by, _GROWN.c.stored_bytes, select(_KEPT.c.id).scalar_subquery().label("chunk_id")
)


@dataclass(frozen=True)
class Sender:
    """Who sends: a user of a clinic, by upload token or session."""

    clinic_id: UUID
    user_id: UUID


@dataclass(frozen=True)
class Arrived:
    """A chunk as it came over the wire."""

    recording_id: UUID
    segment: int
    number: int
    sha256: bytes
    body: bytes

    def receipt(self, slot: queries.Slot) -> ChunkReceipt:
        """What its sender is told once it is stored."""
        return ChunkReceipt(
            segment=self.segment,
            number=self.number,
            sha256=self.sha256.hex(),
            size_bytes=len(self.body),
            consultation_cancelled=slot.is_given_up,
        )


@contextmanager
def acting(vault: Vault, sender: Sender) -> Iterator[Session]:
    """One transaction of the sender, inside their clinic."""
    with clinic_session(vault.factory, sender.clinic_id) as session:
        audit.act_as(session, audit.Actor("user", sender.user_id))
        yield session


def store(vault: Vault, sender: Sender, chunk: Arrived) -> ChunkReceipt:
    """Store a chunk: the object, then its row, then the receipt.

    The same bytes again give the same receipt; while the recording is open they are also written again, as the
    sender may repeat them because the store has lost them.
    """
    _refuse_malformed(chunk)
    with acting(vault, sender) as session:
        slot = queries.slot(session, vault.keyring, chunk.recording_id, sender.user_id, chunk.segment, chunk.number)
    if slot.kept_sha256 is not None and slot.kept_sha256 != chunk.sha256:
        raise ChunkConflict
    if slot.kept_sha256 is None and not slot.takes_chunks:
        raise RecordingSealed
    if slot.kept_sha256 is not None and not slot.takes_chunks:
        return chunk.receipt(slot)
    key = slot.place.chunk_key(chunk.segment, chunk.number, chunk.sha256)
    sealed = crypto.seal(audio_key_of(slot.data_key), chunk.body, key)
    vault.store.put(key, sealed)
    if slot.kept_sha256 is None:
        with acting(vault, sender) as session:
            _add_row(vault, session, slot, chunk, sealed)
    return chunk.receipt(slot)


def _refuse_malformed(chunk: Arrived) -> None:
    if not (0 <= chunk.segment <= MAX_SEGMENT and 0 <= chunk.number <= MAX_NUMBER):
        raise ChunkNumberInvalid
    if not chunk.body:
        raise ChunkEmpty
    if hashlib.sha256(chunk.body).digest() != chunk.sha256:
        raise ChunkHashMismatch
    if chunk.number == 0:
        sniffing.refuse_alien(chunk.body)


def _add_row(vault: Vault, session: Session, slot: queries.Slot, chunk: Arrived, sealed: bytes) -> None:
    added = session.execute(
        _ADD,
        {
            "of_recording": chunk.recording_id,
            "given_now": vault.clock.now(),
            "given_id": new_id(),
            "given_clinic_id": slot.place.clinic_id,
            "given_segment": chunk.segment,
            "given_number": chunk.number,
            "given_size_bytes": len(chunk.body),
            "given_sha256": chunk.sha256,
            "given_object_key": slot.place.chunk_key(chunk.segment, chunk.number, chunk.sha256),
            "given_sealed_copy": sealed if chunk.number == 0 and len(chunk.body) <= MAX_COPY_BYTES else None,
        },
    ).one()
    if added.chunk_id is None:
        _settle_race(session, chunk)
        return
    if added.state != RecordingState.OPEN and added.sealed_by != "timeout":
        raise RecordingSealed
    if added.stored_bytes > vault.settings.recording.recording_max_bytes:
        raise RecordingTooLarge
    audit.record(
        session,
        "recording.chunk_stored",
        entity_type="recording",
        entity_id=chunk.recording_id,
        segment=chunk.segment,
        number=chunk.number,
        bytes=len(chunk.body),
    )


def _settle_race(session: Session, chunk: Arrived) -> None:
    """Another request stored this number first: fine if it had the same bytes, which then are not counted twice."""
    kept = session.scalar(
        select(RecordingChunk.sha256).where(
            RecordingChunk.recording_id == chunk.recording_id,
            RecordingChunk.segment == chunk.segment,
            RecordingChunk.number == chunk.number,
        )
    )
    if kept != chunk.sha256:
        raise ChunkConflict
    session.execute(
        update(Recording)
        .where(Recording.id == chunk.recording_id)
        .values(stored_bytes=Recording.stored_bytes - len(chunk.body))
        .execution_options(synchronize_session=False)
    )
