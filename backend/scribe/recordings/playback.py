"""Handing out parts of the assembled audio, unsealed on the way."""

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scribe.core import crypto
from scribe.core.errors import ScribeError
from scribe.storage.base import ObjectStore

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_STEP = 16 * crypto.SEGMENT_BYTES
# No audio has more bytes than 18 digits count; what is longer is nonsense.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class RangeNotSatisfiable(ScribeError):
    """No byte of the audio lies in the range."""

    status, code, message = 416, "range_not_satisfiable", "This part of the audio does not exist."


@dataclass(frozen=True)
class Span:
    """Bytes [start, end) of a whole of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """As the answer's header names it."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def asked_for(header: str | None, size: int) -> Span | None:
    """The one range of a Range header (RFC 9110, 14.1.2); None for all of it.

    Several ranges, other units and nonsense are answered with the whole, as the RFC allows.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(size=size)
    return Span(start, end, size)


@dataclass(frozen=True)
class SealedAudio:
    """One sealed object and its key."""

    store: ObjectStore
    key: bytes
    object_key: str
    sealed_bytes: int

    @property
    def size(self) -> int:
        """Plain bytes."""
        return crypto.plain_size(self.sealed_bytes)

    def read(self, start: int, end: int) -> bytes:
        """Plain bytes [start, end); only the segments that hold them are fetched."""
        if start >= end:
            return b""

        def fetch(first: int, last: int) -> bytes:
            return self.store.get(self.object_key, first, last)

        return crypto.unseal_range(self.key, fetch, self.sealed_bytes, self.object_key, start, min(end, self.size))

    def stream(self, span: Span) -> Iterator[bytes]:
        """The span's plain bytes, about a megabyte at a time."""
        at = span.start
        while at < span.end:
            # Cut at segment borders, so that no segment is fetched twice.
            until = min(span.end, (at // _STEP + 1) * _STEP)
            yield self.read(at, until)
            at = until


class UnsealedFile(io.RawIOBase):
    """The plain audio as a file that can be read and whose length is known; at most a megabyte of it is in memory."""

    def __init__(self, audio: SealedAudio, progress: Callable[[float], None] | None = None) -> None:
        super().__init__()
        self._audio, self._at, self._progress = audio, 0, progress
        self._held_from, self._held = 0, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: who sends it can learn its length."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move there."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._audio.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer as far as what is held at this place goes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._at >= self._audio.size:
            return 0
        if not self._held_from <= self._at < self._held_from + len(self._held):
            # Cut at segment borders, so that no segment is fetched twice.
            self._held_from = self._at // _STEP * _STEP
            self._held = self._audio.read(self._held_from, min(self._held_from + _STEP, self._audio.size))
        start = self._at - self._held_from
        part = self._held[start : start + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        if self._progress is not None:
            self._progress(self._at / self._audio.size)
        return len(part)
