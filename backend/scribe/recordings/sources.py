"""Stored chunks as one readable whole, for the sandbox to read from."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from scribe.recordings import rereading
from scribe.recordings.models import RecordingChunk
from scribe.recordings.playback import SealedAudio
from scribe.storage.base import ObjectStore


class SegmentSource:
    """The chunks of one segment, joined; one is held in memory at a time.

    A chunk that the store has lost since the seal is read as zeros, from which demuxers find their way back, and is
    named in `holes`: the rest of the recording is worth more than an error.
    """

    def __init__(self, store: ObjectStore, key: bytes, chunks: Sequence[RecordingChunk]) -> None:
        self._store, self._key, self._chunks = store, key, chunks
        self._starts = [0, *accumulate(chunk.size_bytes for chunk in chunks)]
        self._held: tuple[int, bytes] | None = None
        self.holes: set[int] = set()

    @property
    def size(self) -> int:
        """Bytes of all chunks."""
        return self._starts[-1]

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`, of one chunk."""
        if offset >= self.size:
            return b""
        index = bisect_right(self._starts, offset) - 1
        start = offset - self._starts[index]
        return self._body(index)[start : start + length]

    def _body(self, index: int) -> bytes:
        if self._held is None or self._held[0] != index:
            chunk = self._chunks[index]
            try:
                plain = rereading.body(self._store, self._key, chunk)
            except rereading.ChunkLost:
                copy = rereading.restored(self._key, chunk)
                if copy is None:
                    self.holes.add(chunk.number)
                plain = copy or bytes(chunk.size_bytes)
            self._held = (index, plain)
        return self._held[1]


class AudioSource:
    """The assembled audio."""

    def __init__(self, audio: SealedAudio) -> None:
        self._audio = audio

    @property
    def size(self) -> int:
        """Plain bytes."""
        return self._audio.size

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        return self._audio.read(offset, min(offset + length, self.size))
