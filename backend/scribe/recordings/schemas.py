"""The capture protocol's messages."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from scribe.recordings.models import RecordingSource, RecordingState

Sha256Hex = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
# No recording lasts for decades, and the assembly counts in dates, which end.
Milliseconds = Annotated[int, Field(ge=0, le=10**12)]
# In long lists the first mistake ends the look: naming each of 50,000 would cost more than all else of the request.

_MOST_GAPS, _MOST_MARKS = 10_000, 1_000


def _first(most: int) -> BeforeValidator:
    return BeforeValidator(lambda given: given[:most] if isinstance(given, list) else given)


class ChunkReceipt(BaseModel):
    """The chunk is stored and will not be lost."""

    segment: int
    number: int
    sha256: Sha256Hex
    size_bytes: int
    # Somebody cancelled it while its device still records: the chunk is kept, and its doctor should know at once.
    consultation_cancelled: bool


class SegmentManifest(BaseModel):
    """One run of the recorder: the ordered hashes of its chunks, by chunk number from 0."""

    segment: Annotated[int, Field(ge=0, le=9999)]
    chunks: Annotated[list[Sha256Hex], Field(max_length=100_000, fail_fast=True)]
    # Milliseconds from the recording's start at which this run began, by the browser's monotonic clock.
    offset_ms: Milliseconds = 0


class Gap(BaseModel):
    """A time in which no sound could be caught, and why."""

    kind: Literal["paused", "muted", "device_lost", "silent", "drift", "crash", "storage_full"]
    start_ms: Milliseconds
    end_ms: Milliseconds


class Seal(BaseModel):
    """The client's word on what the recording consists of."""

    segments: Annotated[list[SegmentManifest], Field(min_length=1, max_length=1000, fail_fast=True)]
    # What only describes the audio is cut where it is too long: no recording stays unsealed for it.
    gaps: Annotated[list[Gap], Field(max_length=_MOST_GAPS, fail_fast=True), _first(_MOST_GAPS)] = []
    # Moments that the doctor marked while recording, on the same clock as the gaps.
    marks: Annotated[list[Milliseconds], Field(max_length=_MOST_MARKS, fail_fast=True), _first(_MOST_MARKS)] = []
    wall_clock_ms: Milliseconds = 0
    # The doctor was told that the consultation was cancelled meanwhile, and wants it processed all the same.
    brings_back: bool = False


class StoredSegment(BaseModel):
    """What the server holds of a segment: hash by chunk number."""

    segment: int
    chunks: dict[int, Sha256Hex]


class RecordingWarning(BaseModel):
    """What the doctor should know about the audio."""

    code: str
    message: str


class RecordingRead(BaseModel):
    """A recording as the server holds it."""

    id: UUID
    consultation_id: UUID
    source: RecordingSource
    state: RecordingState
    started_at: datetime
    sealed_at: datetime | None
    sealed_by: str | None
    duration_ms: int | None
    audio_mime_type: str | None
    stored: list[StoredSegment]
    # Known once it is assembled.
    warnings: list[RecordingWarning] = []


class Peaks(BaseModel):
    """What the player draws: the loudness, about 2,000 values 0..1, evenly spread over the duration; and the marks.

    A mark is a position in the assembled audio, in which pauses are left out.
    """

    duration_ms: int
    peaks: list[float]
    marks_ms: list[int]
