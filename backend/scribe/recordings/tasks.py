"""The first stage: from sealed chunks to one file that plays, seeks, and has a length."""

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

import structlog

from scribe.consultations.models import Stage
from scribe.consultations.pipeline import StageFailed, StageWork
from scribe.core.crypto import KeyRing, SegmentSealer
from scribe.core.settings import RecordingSettings
from scribe.recordings import decoding, findings, queries, sniffing
from scribe.recordings.findings import Segment
from scribe.recordings.keeping import audio_key_of
from scribe.recordings.models import RecordingChunk, RecordingState
from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import SandboxFailed
from scribe.recordings.sandbox.wire import Failure
from scribe.recordings.sources import SegmentSource
from scribe.storage.base import ObjectStore, StoreUnavailable

_log = structlog.get_logger(__name__)
MIME_TYPE = "audio/webm"
_HEAD_BYTES = 128 * 1024
# Segments that break the decoder are left out and the others are tried again, up to so many.
_MAX_LEFT_OUT = 3
_BREAKS_DECODER = {Failure.KILLED, Failure.MEMORY, Failure.TIMEOUT}


@dataclass(frozen=True)
class _Joined:
    """The assembled file, sealed and stored, and what was found on the way."""

    audio_key: str
    sealed_bytes: int
    duration_ms: int
    peaks: list[float]
    segments: Sequence[Segment]


class AssembleStage:
    """Joins a recording's segments in the sandbox, seals the result, and measures it.

    Segments follow each other without a pause: where the recorder was paused or lost, the file goes on at once, and
    the manifest's timeline says when each segment really began. What two segments both hold is kept once.
    """

    stage = Stage.ASSEMBLE

    def __init__(self, store: ObjectStore, keyring: KeyRing, settings: RecordingSettings) -> None:
        self._store, self._keyring, self._settings = store, keyring, settings

    def run(self, work: StageWork) -> None:
        """Assemble; the chunks and the sealed list are never changed, so it can be done again at any time."""
        with work.reading() as session:
            held = queries.of_consultation(session, self._keyring, work.claim.consultation_id)
            chunks = queries.chunks(session, held.recording.id, with_copies=True)
        try:
            segments = self._segments(held, chunks)
            joined = self._join_what_can_be(work, held, segments)
        except StoreUnavailable as error:
            raise StageFailed(error.code, error.text, retryable=True) from error
        replaced = self._save(work, joined)
        if replaced not in {None, joined.audio_key}:
            with contextlib.suppress(StoreUnavailable):
                self._store.delete(str(replaced))

    def _segments(self, held: queries.Held, chunks: Sequence[RecordingChunk]) -> list[Segment]:
        """The manifest's segments, each with the chunks that it lists and what kind of audio it is."""
        if held.recording.manifest is None:
            raise StageFailed("recording_not_sealed", "The recording is not closed yet.")
        stored = {(chunk.segment, chunk.number): chunk for chunk in chunks}
        found = []
        for listed in held.recording.manifest["segments"]:
            number = listed["segment"]
            parts = [stored[number, at] for at in range(len(listed["chunks"]))]
            source = SegmentSource(self._store, audio_key_of(held.data_key), parts)
            found.append(Segment(number, listed["offset_ms"], source, sniffing.kind_of(_head(source))))
        return found

    def _join_what_can_be(self, work: StageWork, held: queries.Held, segments: list[Segment]) -> _Joined:
        # Only sealed bytes touch the disk.
        with tempfile.TemporaryFile() as spool:
            for _ in range(_MAX_LEFT_OUT + 1):
                readable = [segment for segment in segments if segment.kind is not None and not segment.breaks_decoder]
                if not readable:
                    raise decoding.explained(SandboxFailed(Failure.CORRUPT), self._settings)
                try:
                    return self._join(work, held, segments, readable, spool)
                except SandboxFailed as error:
                    if error.failure not in _BREAKS_DECODER or error.at_input is None or len(readable) == 1:
                        raise decoding.explained(error, self._settings) from error
                    readable[error.at_input].breaks_decoder = True
                    _log.warning("segment_left_out", recording=str(held.recording.id), failure=str(error.failure))
        raise decoding.explained(SandboxFailed(Failure.KILLED), self._settings)

    def _join(
        self,
        work: StageWork,
        held: queries.Held,
        segments: Sequence[Segment],
        readable: Sequence[Segment],
        spool: BinaryIO,
    ) -> _Joined:
        spool.truncate(0)
        audio_key = held.place.audio_key(work.claim.attempt_no)
        sealer = SegmentSealer(audio_key_of(held.data_key), audio_key, spool)
        result = parent.run(
            {
                "job": "assemble",
                "demuxers": [segment.kind for segment in readable],
                "offsets_ms": [segment.offset_ms for segment in readable],
                "max_seconds": self._settings.recording_max_seconds,
            },
            [segment.source for segment in readable],
            write=_refusing_nonsense(sealer),
            progress=work.progress,
            limits=decoding.limits(self._settings, sum(segment.source.size for segment in readable)),
        )
        sealed_bytes = sealer.close()
        for segment, report in zip(readable, result["segments"], strict=True):
            segment.report = report
        spool.seek(0)
        self._store.put(audio_key, spool)
        return _Joined(audio_key, sealed_bytes, int(result["duration_ms"]), list(result["peaks"]), segments)

    def _save(self, work: StageWork, joined: _Joined) -> str | None:
        """Save the result; gives the key of the file that it replaces."""
        with work.completing() as session:
            held = queries.of_consultation(session, self._keyring, work.claim.consultation_id)
            recording, consultation = held.recording, held.consultation
            replaced = recording.audio_key
            manifest: dict[str, Any] = dict(recording.manifest or {})
            manifest["timeline"] = findings.timeline(joined.segments)
            manifest["warnings"] = findings.warnings(recording, joined.segments, joined.duration_ms)
            recording.manifest, recording.state = manifest, RecordingState.ASSEMBLED
            recording.audio_key, recording.audio_bytes = joined.audio_key, joined.sealed_bytes
            recording.audio_mime_type, recording.peaks = MIME_TYPE, joined.peaks
            recording.duration_ms = consultation.duration_ms = joined.duration_ms
            lasted = max(joined.duration_ms, manifest.get("wall_clock_ms", 0))
            consultation.ended_at = consultation.started_at + timedelta(milliseconds=lasted)
        return replaced


def _head(source: SegmentSource) -> bytes:
    head = bytearray()
    while len(head) < _HEAD_BYTES:
        part = source.read(len(head), _HEAD_BYTES - len(head))
        if not part:
            break
        head += part
    return bytes(head)


def _refusing_nonsense(sealer: SegmentSealer) -> Any:
    def write(offset: int, part: bytes) -> None:
        try:
            sealer.write(offset, part)
        except ValueError as error:
            raise SandboxFailed(Failure.KILLED) from error

    return write
