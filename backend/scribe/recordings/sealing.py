"""Closing a recording: only when all that its sender lists is stored, read again, and hashed again."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.audit import service as audit
from scribe.consultations import pipeline
from scribe.consultations.errors import Cancelled
from scribe.consultations.hints import hint
from scribe.consultations.models import ConsultationStatus, Stage
from scribe.core.errors import Conflict
from scribe.db.session import clinic_session
from scribe.recordings import queries, rereading
from scribe.recordings.chunks import Sender, acting
from scribe.recordings.errors import (
    ChunkConflict,
    RecordingChanged,
    RecordingEmpty,
    RecordingHasMore,
    RecordingIncomplete,
    RecordingSealed,
    SegmentRepeated,
)
from scribe.recordings.keeping import Vault, audio_key_of
from scribe.recordings.models import RecordingChunk, RecordingState
from scribe.recordings.schemas import Seal

Listed = dict[tuple[int, int], str]
_TRIES = 3
SYSTEM = audit.Actor("system", None)


@dataclass(frozen=True)
class _Look:
    """A recording and its chunks at one moment."""

    held: queries.Held
    chunks: Sequence[RecordingChunk]

    @property
    def stored(self) -> Listed:
        """Hash by place."""
        return {(chunk.segment, chunk.number): chunk.sha256.hex() for chunk in self.chunks}


def seal(vault: Vault, sender: Sender, recording_id: UUID, wanted: Seal) -> None:
    """Seal with exactly the sender's list and ask for assembly, in one transaction; the same again changes nothing.

    What the sweep had sealed early is sealed anew with the full list. What a person cancelled meanwhile is refused, so
    that the sender keeps its copy, unless its doctor brings it back.
    """
    listed = _listed(wanted)
    if not listed:
        raise RecordingEmpty
    if len({segment.segment for segment in wanted.segments}) < len(wanted.segments):
        raise SegmentRepeated
    for _ in range(_TRIES):
        with acting(vault, sender) as session:
            look = _look(session, vault, recording_id, sender)
            if _is_sealed_so(look.held, wanted):
                audit.record(session, "recording.read", entity_type="recording", entity_id=recording_id)
                return
        _refuse_sealed(look.held)
        _refuse_given_up(look.held, wanted)
        _compare(look.stored, listed)
        gone = rereading.lost(vault.store, audio_key_of(look.held.data_key), look.chunks)
        if gone:
            raise RecordingIncomplete(missing=[[chunk.segment, chunk.number] for chunk in gone])
        with acting(vault, sender) as session:
            again = _look(session, vault, recording_id, sender, for_update=True)
            _refuse_sealed(again.held)
            _refuse_given_up(again.held, wanted)
            if again.stored == look.stored:
                _close(session, vault, again.held, _manifest(wanted), by="client", chunks=again.chunks)
                pipeline.request(session, again.held.consultation, Stage.ASSEMBLE)
                return
    raise RecordingChanged


def seal_abandoned(vault: Vault, clinic_id: UUID) -> list[UUID]:
    """Seal the clinic's recordings whose browser fell silent, with what arrived up to each segment's first hole.

    A consultation of which nothing arrived is cancelled. Either way the browser may still come back: until the note
    is signed, its chunks are taken, and its own seal replaces this one. Gives the consultations' ids.
    """
    before = vault.clock.now() - timedelta(seconds=vault.settings.recording.abandoned_after_seconds)
    with clinic_session(vault.factory, clinic_id) as session:
        candidates = [held.consultation.id for held in queries.abandoned(session, clinic_id, before)]
    return [each for each in candidates if _seal_one_abandoned(vault, clinic_id, each, before)]


def close_cancelled(vault: Vault, clinic_id: UUID, consultation_id: UUID) -> None:
    """Close a recording whose consultation was cancelled while it ran, so that an operator can bring it back.

    With what arrived, as the sweep does; where nothing arrived, it stays as it is. Its browser may still come back.
    """
    kept, manifest = _what_arrived(vault, clinic_id, consultation_id)
    with _locked(vault, clinic_id, consultation_id) as (session, held):
        lists_nothing = not (held.recording.manifest or {}).get("segments")
        if kept and lists_nothing and held.consultation.status == ConsultationStatus.CANCELLED:
            _close(session, vault, held, manifest, by="timeout", chunks=kept)


def _seal_one_abandoned(vault: Vault, clinic_id: UUID, consultation_id: UUID, before: datetime) -> bool:
    kept, manifest = _what_arrived(vault, clinic_id, consultation_id)
    with _locked(vault, clinic_id, consultation_id) as (session, held):
        is_open = held.recording.state == RecordingState.OPEN and held.recording.last_chunk_at < before
        if not is_open or held.consultation.status != ConsultationStatus.RECORDING:
            return False
        _close(session, vault, held, manifest, by="timeout", chunks=kept)
        if kept:
            pipeline.request(session, held.consultation, Stage.ASSEMBLE)
        else:
            held.consultation.status = ConsultationStatus.CANCELLED
            hint(session, held.consultation)
    return True


def _what_arrived(vault: Vault, clinic_id: UUID, consultation_id: UUID) -> tuple[list[RecordingChunk], dict[str, Any]]:
    """The stored chunks up to each segment's first hole, read again, and the list of them."""
    with clinic_session(vault.factory, clinic_id) as session:
        held = queries.of_consultation(session, vault.keyring, consultation_id)
        stored = queries.chunks(session, held.recording.id, with_copies=True)
    gone = {chunk.id for chunk in rereading.lost(vault.store, audio_key_of(held.data_key), stored)}
    kept = _contiguous([chunk for chunk in stored if chunk.id not in gone])
    return kept, _manifest_of(kept, left_out=len(stored) - len(kept))


@contextmanager
def _locked(vault: Vault, clinic_id: UUID, consultation_id: UUID) -> Iterator[tuple[Session, queries.Held]]:
    """A transaction of the system's own, with the recording as it is now."""
    with clinic_session(vault.factory, clinic_id) as session:
        audit.act_as(session, SYSTEM)
        held = queries.of_consultation(session, vault.keyring, consultation_id)
        queries.lock(session, held.consultation, held.recording)
        yield session, held


def _close(
    session: Session,
    vault: Vault,
    held: queries.Held,
    manifest: dict[str, Any],
    *,
    by: str,
    chunks: Sequence[RecordingChunk],
) -> None:
    recording, is_brought_back = held.recording, held.is_given_up and by == "client"
    recording.state, recording.sealed_by, recording.sealed_at = RecordingState.SEALED, by, vault.clock.now()
    recording.manifest = manifest
    audit.record(
        session,
        "recording.sealed",
        entity_type="recording",
        entity_id=recording.id,
        by=by,
        brought_back=is_brought_back,
        chunks=len(chunks),
        marks=len(manifest.get("marks", ())),
        bytes=sum(chunk.size_bytes for chunk in chunks),
        manifest_sha256=hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest(),
    )
    session.flush()


def _look(session: Session, vault: Vault, recording_id: UUID, sender: Sender, *, for_update: bool = False) -> _Look:
    held = queries.of_sender(session, vault.keyring, recording_id, sender.user_id, for_update=for_update)
    return _Look(held, queries.chunks(session, recording_id, with_copies=not for_update))


def _refuse_sealed(held: queries.Held) -> None:
    if not queries.takes_chunks(held.recording.state, held.recording.sealed_by, held.consultation.status):
        raise RecordingSealed


def _refuse_given_up(held: queries.Held, wanted: Seal) -> None:
    if held.is_given_up and not wanted.brings_back:
        raise Cancelled


def _is_sealed_so(held: queries.Held, wanted: Seal) -> bool:
    manifest = held.recording.manifest
    is_theirs = held.recording.state != RecordingState.OPEN and held.recording.sealed_by == "client"
    return is_theirs and manifest is not None and manifest["segments"] == _manifest(wanted)["segments"]


def _compare(stored: Listed, listed: Listed) -> None:
    """Refuse unless the two are the same; what keeps the most from being lost is said first."""
    conflicts: list[tuple[type[Conflict], str, list[list[int]]]] = [
        (RecordingIncomplete, "missing", [list(place) for place in sorted(listed.keys() - stored.keys())]),
        (
            ChunkConflict,
            "conflicting",
            [list(place) for place in sorted(listed.keys() & stored.keys()) if listed[place] != stored[place]],
        ),
        (RecordingHasMore, "unlisted", [list(place) for place in sorted(stored.keys() - listed.keys())]),
    ]
    for error, name, places in conflicts:
        if places:
            raise error(None, **{name: places})


def _listed(wanted: Seal) -> Listed:
    return {
        (segment.segment, number): sha256 for segment in wanted.segments for number, sha256 in enumerate(segment.chunks)
    }


def _manifest(wanted: Seal) -> dict[str, Any]:
    document = wanted.model_dump(mode="json", exclude={"brings_back"})
    document["segments"] = sorted(
        (segment for segment in document["segments"] if segment["chunks"]), key=lambda segment: segment["segment"]
    )
    return document


def _manifest_of(chunks: Sequence[RecordingChunk], *, left_out: int) -> dict[str, Any]:
    segments = [
        {"segment": segment, "chunks": [chunk.sha256.hex() for chunk in group], "offset_ms": 0}
        for segment, group in groupby(chunks, key=lambda chunk: chunk.segment)
    ]
    return {"segments": segments, "gaps": [], "wall_clock_ms": 0, "left_out": left_out}


def _contiguous(chunks: Sequence[RecordingChunk]) -> list[RecordingChunk]:
    return [
        chunk
        for _, group in groupby(chunks, key=lambda chunk: chunk.segment)
        for number, chunk in enumerate(group)
        if chunk.number == number
    ]
