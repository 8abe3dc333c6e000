"""A running recording as it arrives: segment after segment, each for as long as it grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from scribe.recordings import sniffing
from scribe.recordings.models import RecordingChunk
from scribe.recordings.sources import SegmentSource
from scribe.storage.base import ObjectStore

# Chunks are sent side by side: the last ones of a segment may come after the first of the next.
_STRAGGLERS_SECONDS = 2.0


@dataclass(frozen=True)
class Look:
    """What came since the last look, and whether more may come."""

    chunks: Sequence[RecordingChunk]
    is_over: bool


class Arriving:
    """The sandbox's feed of a running recording. It waits where the browser is not further yet.

    `look` is told up to where all is known, as segment and number of the first chunk that is missing. `wait` waits
    for news; what it raises ends the feed.
    """

    def __init__(
        self, store: ObjectStore, key: bytes, look: Callable[[int, int], Look], wait: Callable[[], None]
    ) -> None:
        self._store, self._key, self._look, self._wait = store, key, look, wait
        self._chunks: dict[tuple[int, int], RecordingChunk] = {}
        self._is_over = False
        # The segments in the order in which the sandbox numbers them.
        self._opened: list[int] = []
        self._source = SegmentSource(store, key, ())
        # Which segment grows, and how many of its chunks are there without a hole.
        self._segment, self._whole = -1, 0
        self._next_seen_at: float | None = None

    def next_input(self, index: int) -> dict[str, Any]:
        """The kind of the next segment, once it has begun; nothing when the recording is over."""
        # Only the running one is kept in mind.
        del self._opened[index:]
        after = self._opened[-1] if self._opened else -1
        while True:
            found = min((segment for segment, number in self._chunks if segment > after and number == 0), default=None)
            if found is None:
                if self._is_over:
                    return {}
            else:
                if found != self._segment:
                    self._begin(found)
                kind = sniffing.kind_of(self._source.read(0, self._source.size))
                if kind is not None:
                    self._opened.append(found)
                    return {"demuxer": kind, "offset_ms": 0}
                if self._has_ended() or self._source.size >= sniffing.ENOUGH:
                    after = found
                    continue
            self._learn()

    def read(self, index: int, offset: int, length: int) -> bytes:
        """The next bytes of the running segment; none at its end."""
        if index != len(self._opened) - 1:
            return b""
        while offset >= self._source.size:
            if self._has_ended():
                return b""
            self._learn()
        return self._source.read(offset, length)

    def _begin(self, segment: int) -> None:
        self._segment, self._whole, self._next_seen_at = segment, 0, None
        self._extend()

    def _extend(self) -> None:
        """Take what now follows without a hole."""
        first = self._whole
        while (self._segment, self._whole) in self._chunks:
            self._whole += 1
        if self._whole > first:
            parts = [self._chunks[self._segment, number] for number in range(self._whole)]
            self._source = SegmentSource(self._store, self._key, parts)

    def _has_ended(self) -> bool:
        if self._is_over:
            return True
        if self._next_seen_at is None and any(segment > self._segment for segment, _ in self._chunks):
            self._next_seen_at = monotonic()
        return self._next_seen_at is not None and monotonic() - self._next_seen_at > _STRAGGLERS_SECONDS

    def _learn(self) -> None:
        """Look, and wait only where there is nothing new."""
        before = len(self._chunks), self._is_over
        seen = self._look(max(0, self._segment), self._whole)
        self._chunks |= {(chunk.segment, chunk.number): chunk for chunk in seen.chunks}
        self._is_over = seen.is_over
        self._extend()
        if (len(self._chunks), self._is_over) == before:
            self._wait()
