"""Recordings and the chunks that they arrive in."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class RecordingSource(StrEnum):
    """How the audio came to be."""

    CAPTURE = "capture"
    UPLOAD = "upload"


class RecordingState(StrEnum):
    """OPEN takes chunks; SEALED is complete and re-read; ASSEMBLED has been decoded and remuxed."""

    OPEN = "open"
    SEALED = "sealed"
    ASSEMBLED = "assembled"


class Recording(Tenant, Base):
    """The audio of one consultation."""

    __tablename__ = "recordings"
    __table_args__ = (
        CheckConstraint("source IN ('capture', 'upload')", name="source"),
        CheckConstraint("state IN ('open', 'sealed', 'assembled')", name="state"),
        CheckConstraint("sealed_by IN ('client', 'timeout')", name="sealed_by"),
        Index("ix_recordings_open", "clinic_id", "last_chunk_at", postgresql_where=text("state = 'open'")),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), unique=True)
    source: Mapped[RecordingSource] = mapped_column(String(16))
    state: Mapped[RecordingState] = mapped_column(String(16), server_default="open")
    started_at: Mapped[datetime]
    last_chunk_at: Mapped[datetime]
    # Bytes of all chunks, counted as they are stored: the cap is checked without adding them up.
    stored_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    sealed_at: Mapped[datetime | None]
    sealed_by: Mapped[str | None] = mapped_column(String(16))
    # The list that the client sealed with: segments with their ordered hashes, gaps, wall-clock length.
    manifest: Mapped[dict[str, Any] | None]
    duration_ms: Mapped[int | None]
    audio_key: Mapped[str | None] = mapped_column(String(512))
    audio_mime_type: Mapped[str | None] = mapped_column(String(64))
    audio_bytes: Mapped[int | None] = mapped_column(BigInteger)
    peaks: Mapped[list[Any] | None]

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What the doctor should know about the audio: `code` and `message`. Known once it is assembled."""
        return list((self.manifest or {}).get("warnings", ()))


class RecordingChunk(Tenant, Base):
    """Some seconds of audio, stored before they were acknowledged."""

    __tablename__ = "recording_chunks"
    __table_args__ = (
        UniqueConstraint("recording_id", "segment", "number"),
        CheckConstraint("segment >= 0 AND number >= 0 AND size_bytes > 0", name="numbers"),
    )

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    segment: Mapped[int]
    number: Mapped[int]
    size_bytes: Mapped[int]
    # SHA-256 of the plain bytes, as the browser sent them.
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    object_key: Mapped[str] = mapped_column(String(512))
    # Chunk 0 of a segment carries the container's header; without it nothing decodes, so it is kept twice.
    sealed_copy: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
