"""The sandbox on bodies in memory."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

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


def samples(body: bytes, limits: Limits = LIMITS) -> np.ndarray:
    """The assembled file, as an engine hears it."""
    output = bytearray()
    parent.run(
        {"job": "samples", "demuxers": ["matroska,webm"], "max_seconds": 600},
        [Bytes(body)],
        write=lambda _, part: output.extend(part),
        progress=lambda _: None,
        limits=limits,
    )
    return np.frombuffer(bytes(output), np.float32)


@dataclass
class Slices:
    """Segments that arrive in slices of `step` bytes: each read gets what is left of one."""

    bodies: list[bytes]
    demuxers: list[str]
    offsets_ms: list[int]
    step: int = 4_000
    reads: list[tuple[int, int]] = field(default_factory=list)

    def next_input(self, index: int) -> dict[str, Any]:
        if index >= len(self.bodies):
            return {}
        return {"demuxer": self.demuxers[index], "offset_ms": self.offsets_ms[index]}

    def read(self, index: int, offset: int, length: int) -> bytes:
        self.reads.append((index, offset))
        end = min(offset + length, (offset // self.step + 1) * self.step)
        return self.bodies[index][offset:end]


def follow(feed: Any, limits: Limits = LIMITS, max_seconds: int = 600) -> np.ndarray:
    """What an engine hears of segments while they arrive."""
    output = bytearray()
    parent.follow(
        {"job": "follow", "max_seconds": max_seconds},
        feed,
        write=lambda _, part: output.extend(part),
        limits=limits,
    )
    return np.frombuffer(bytes(output), np.float32)
