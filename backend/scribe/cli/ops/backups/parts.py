"""A long stream in the repository: compressed, cut into parts of some megabytes, each sealed."""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scribe.cli.ops.backups.errors import Tampered
from scribe.cli.ops.backups.repository import Repository
from scribe.storage.base import ObjectMissing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PART_BYTES = 8 * 1024 * 1024
# The fastest: a database's pages shrink to a quarter even so.
_LEVEL = 1


@dataclass(frozen=True)
class Part:
    """One object of a stream, and the hash of it as it is kept."""

    name: str
    size: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)


class PartWriter:
    """Takes a stream and keeps it below `prefix`; `finish` gives its parts. At most two parts are in memory."""

    def __init__(self, repository: Repository, prefix: str) -> None:
        self._repository, self._prefix = repository, prefix
        self._compressor = zlib.compressobj(_LEVEL)
        self._held = bytearray()
        self.parts: list[Part] = []
        self.plain_bytes = 0

    def write(self, piece: bytes) -> None:
        """Append."""
        self.plain_bytes += len(piece)
        self._held += self._compressor.compress(piece)
        while len(self._held) >= PART_BYTES:
            self._put(bytes(self._held[:PART_BYTES]))
            del self._held[:PART_BYTES]

    def finish(self) -> list[Part]:
        """Keep what is left."""
        self._held += self._compressor.flush()
        self._put(bytes(self._held))
        self._held.clear()
        return self.parts

    def _put(self, body: bytes) -> None:
        name = f"{self._prefix}/part-{len(self.parts):06}"
        sealed = self._repository.put(name, body)
        self.parts.append(Part(name, len(sealed), hashlib.sha256(sealed).hexdigest()))


def checked_bodies(repository: Repository, parts: list[Part]) -> Iterator[bytes]:
    """The compressed bodies in order; raises `Tampered` at the first that is not what was put."""
    for part in parts:
        try:
            sealed = repository.sealed(part.name)
        except ObjectMissing as error:
            raise Tampered(f"{part.name} is missing.") from error
        if len(sealed) != part.size or hashlib.sha256(sealed).hexdigest() != part.sha256:
            raise Tampered(f"{part.name} is not what was put there: its hash differs.")
        yield repository.opened(part.name, sealed)


class PartReader(io.RawIOBase):
    """The stream again, for whoever reads files."""

    def __init__(self, repository: Repository, parts: list[Part]) -> None:
        super().__init__()
        self._bodies = checked_bodies(repository, parts)
        self._decompressor = zlib.decompressobj()
        self._held = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer as far as what is at hand goes; 0 at the end."""
        while not self._held:
            body = next(self._bodies, None)
            if body is None:
                return 0
            self._held = memoryview(self._decompressor.decompress(body))
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._held))
        view[:count] = self._held[:count]
        self._held = self._held[count:]
        return count
