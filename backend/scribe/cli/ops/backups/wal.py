"""The write-ahead log in the repository: segments of 16 MB, the newest of them in pieces as they came."""

from collections.abc import Iterable
from dataclasses import dataclass

from scribe.cli.ops.backups.errors import Tampered
from scribe.cli.ops.backups.repository import Repository
from scribe.storage.base import ObjectMissing

SEGMENT = 16 * 1024 * 1024
_PER_ID = 0x1_0000_0000 // SEGMENT


def parse_lsn(text: str) -> int:
    """A place in the log, as PostgreSQL writes it (`16/B374D848`)."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) | int(low, 16)


def segment_of(timeline: int, lsn: int) -> str:
    """The name of the segment that holds the place; names sort as the log runs. In lower case: it is part of a key."""
    number = lsn // SEGMENT
    return f"{timeline:08x}{number // _PER_ID:08x}{number % _PER_ID:08x}"


def start_of(segment: str) -> int:
    """Where the segment begins."""
    return (int(segment[8:16], 16) * _PER_ID + int(segment[16:24], 16)) * SEGMENT


def timeline_of(segment: str) -> int:
    """Whose it is."""
    return int(segment[:8], 16)


@dataclass(frozen=True)
class Piece:
    """Bytes [start, end) of a segment."""

    segment: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """Its name in the repository."""
        return f"wal/{self.segment}/{self.start:08x}-{self.end:08x}"


def held(repository: Repository, segment: str = "") -> dict[str, list[Piece]]:
    """The pieces of each segment that is there (of one only, where it is named)."""
    found: dict[str, list[Piece]] = {}
    for name in repository.names(f"wal/{segment}"):
        _, of, span = name.split("/")
        start, _, end = span.partition("-")
        found.setdefault(of, []).append(Piece(of, int(start, 16), int(end, 16)))
    return found


def tiling(pieces: Iterable[Piece]) -> list[Piece]:
    """The fewest pieces that cover the segment from its start, as far as they go."""
    left, chosen, at = sorted(pieces, key=lambda piece: piece.start), list[Piece](), 0
    while usable := [piece for piece in left if piece.start <= at < piece.end]:
        chosen.append(max(usable, key=lambda piece: piece.end))
        at = chosen[-1].end
    return chosen


def end_of(pieces: Iterable[Piece]) -> int:
    """How far the segment is covered from its start."""
    chosen = tiling(pieces)
    return chosen[-1].end if chosen else 0


def covered_until(pieces: dict[str, list[Piece]], timeline: int, start: int) -> int:
    """How far the log goes without a hole from `start` on."""
    at = start
    while (covered := start_of(segment_of(timeline, at)) + end_of(pieces.get(segment_of(timeline, at), ()))) > at:
        at = covered
    return at


def newest(pieces: dict[str, list[Piece]], timeline: int) -> int | None:
    """The last place of the timeline that is there, whatever may be missing before it."""
    mine = [segment for segment in pieces if timeline_of(segment) == timeline]
    return start_of(max(mine)) + max(piece.end for piece in pieces[max(mine)]) if mine else None


def read(repository: Repository, pieces: Iterable[Piece]) -> bytes:
    """The segment as far as it is there; raises `Tampered` where a piece does not open."""
    body = bytearray()
    for piece in tiling(pieces):
        try:
            plain = repository.get(piece.name)
        except ObjectMissing as error:
            raise Tampered(f"{piece.name} is missing.") from error
        if len(plain) != piece.end - piece.start:
            raise Tampered(f"{piece.name} does not hold what its name says.")
        body[piece.start :] = plain
    return bytes(body)
