"""The sandbox on bodies in memory."""

from dataclasses import dataclass
from typing import Any

from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import Limits

LIMITS = Limits(memory_bytes=1536 * 1024**2, seconds=60, output_bytes=50 * 1024**2)


@dataclass
class Bytes:
    """A source in memory."""

    body: bytes

    @property
    def size(self) -> int:
        return len(self.body)

    def read(self, offset: int, length: int) -> bytes:
        return self.body[offset : offset + length]


def assemble(
    bodies: list[bytes], demuxers: list[str], limits: Limits = LIMITS, **job: Any
) -> tuple[dict[str, Any], bytes]:
    output = bytearray()

    def write(offset: int, part: bytes) -> None:
        output.extend(bytes(max(0, offset + len(part) - len(output))))
        output[offset : offset + len(part)] = part

    result = parent.run(
        {"job": "assemble", "demuxers": demuxers, "offsets_ms": [0] * len(bodies), "max_seconds": 600} | job,
        [Bytes(body) for body in bodies],
        write=write,
        progress=lambda _: None,
        limits=limits,
    )
    return result, bytes(output)
