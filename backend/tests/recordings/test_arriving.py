"""A running recording as a feed: in order, without holes, segment after segment, whatever order chunks come in."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from scribe.core import crypto
from scribe.recordings import arriving
from scribe.recordings.arriving import Arriving, Look
from scribe.recordings.models import RecordingChunk
from tests.fixtures.fakes import MemoryStore

KEY = bytes(32)
WEBM = b"\x1a\x45\xdf\xa3" + bytes(20)


class Stop(Exception):
    """Nothing more comes."""


class Server:
    """Chunks that come one after the other: at each wait, the next ones."""

    def __init__(self, *arrivals: list[tuple[int, int, bytes]], over: bool = True) -> None:
        self.store = MemoryStore()
        self._arrivals, self._over = list(arrivals), over
        self._chunks: dict[tuple[int, int], RecordingChunk] = {}
        self.waits = 0

    def feed(self) -> Arriving:
        return Arriving(self.store, KEY, self._look, self._wait)

    def _look(self, segment: int, number: int) -> Look:
        found = [chunk for place, chunk in self._chunks.items() if place >= (segment, number)]
        return Look(found, is_over=self._over and not self._arrivals)

    def _wait(self) -> None:
        self.waits += 1
        if not self._arrivals:
            raise Stop
        for segment, number, body in self._arrivals.pop(0):
            name = f"{segment}-{number}"
            self.store.put(name, crypto.seal(KEY, body, name))
            self._chunks[segment, number] = RecordingChunk(
                segment=segment,
                number=number,
                size_bytes=len(body),
                sha256=hashlib.sha256(body).digest(),
                object_key=name,
            )


def _whole(feed: Arriving) -> list[bytes]:
    """As the sandbox reads: each segment to its end."""
    return [b"".join(_parts(feed, index)) for index, _ in enumerate(_inputs(feed))]


def _inputs(feed: Arriving) -> Iterator[dict[str, Any]]:
    index = 0
    while told := feed.next_input(index):
        yield told
        index += 1


def _parts(feed: Arriving, index: int) -> Iterator[bytes]:
    offset = 0
    while part := feed.read(index, offset, 1 << 16):
        yield part
        offset += len(part)


@pytest.fixture
def patient_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes with each look."""
    now = iter(range(10_000))
    monkeypatch.setattr(arriving, "monotonic", lambda: float(next(now)))


def test_chunks_are_read_in_order_and_without_holes() -> None:
    server = Server([(0, 2, b"c"), (0, 0, WEBM)], [(0, 1, b"b")], [(0, 3, b"d")])

    assert _whole(server.feed()) == [WEBM + b"bcd"]


def test_what_is_missing_at_the_end_is_not_waited_for() -> None:
    server = Server([(0, 0, WEBM), (0, 2, b"c")])

    assert _whole(server.feed()) == [WEBM]


@pytest.mark.usefixtures("patient_once")
def test_a_segment_ends_a_while_after_the_next_has_begun() -> None:
    server = Server([(0, 0, WEBM)], [(1, 0, WEBM)], [(0, 1, b"late")], [], [], [(1, 1, b"x")], over=True)

    assert _whole(server.feed()) == [WEBM + b"late", WEBM + b"x"]


def test_a_segment_that_is_no_audio_is_left_out() -> None:
    server = Server([(0, 0, b"no audio at all, this"), (1, 0, WEBM)])

    assert _whole(server.feed()) == [WEBM]


def test_while_nothing_comes_it_waits_and_what_the_wait_raises_ends_it() -> None:
    server = Server([(0, 0, WEBM)], over=False)
    feed = server.feed()
    assert feed.next_input(0)["demuxer"] == "matroska,webm"
    assert feed.read(0, 0, 100) == WEBM

    with pytest.raises(Stop):
        feed.read(0, len(WEBM), 100)
    assert server.waits == 2
