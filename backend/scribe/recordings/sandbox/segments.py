"""An input of the sandbox: opened by a forced demuxer, read packet by packet, measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av

from scribe.recordings.sandbox.line import Arriving, Input

# A longer overlap of two segments than this is no overlap but a wrong offset: then all of both is kept.
MAX_OVERLAP_MS = 10_000
BUFFER = 256 * 1024


@dataclass
class Segment:
    """An input, and what became of it."""

    index: int
    file: Input | Arriving
    demuxer: str
    offset_ms: int
    codec: str = ""
    channels: int = 0
    declared_ms: int | None = None
    opens: bool = False
    start_ms: int = 0
    skipped_ms: int = 0
    duration_ms: int = 0
    damaged: int = 0

    @property
    def is_opus(self) -> bool:
        """Whether its packets can be copied as they are."""
        return self.codec in {"opus", "libopus"} and self.channels in {1, 2}

    def report(self) -> dict[str, Any]:
        """As the parent wants it."""
        names = ("index", "codec", "opens", "start_ms", "skipped_ms", "duration_ms", "damaged", "declared_ms")
        return {name: getattr(self, name) for name in names}


def open_input(segment: Segment) -> Any:
    """The input from its beginning."""
    if isinstance(segment.file, Input):
        segment.file.seek(0)
    # Whatever a file refers to outside of itself is refused twice: by this list, and by the system call filter.
    options = {"protocol_whitelist": "none", "format_whitelist": segment.demuxer}
    return av.open(segment.file, "r", format=segment.demuxer, buffer_size=BUFFER, container_options=options)


def probe(segment: Segment) -> None:
    """Find out whether it opens, and what is in it."""
    try:
        with open_input(segment) as container:
            examine(segment, container)
            if segment.opens and container.duration and segment.demuxer not in {"mp3", "aac"}:
                # Headerless kinds only guess theirs.
                segment.declared_ms = int(container.duration * _promised(segment)) // 1000
    except av.FFmpegError:
        return


def examine(segment: Segment, container: Any) -> None:
    """Note what the opened input holds."""
    if not container.streams.audio:
        return
    context = container.streams.audio[0].codec_context
    segment.codec, segment.channels, segment.opens = context.name, context.channels, True


def overlap_ms(previous: Segment | None, segment: Segment) -> int:
    """How much of the segment's start its predecessor holds too, by the capture's clock."""
    if previous is None or segment.offset_ms <= previous.offset_ms:
        return 0
    overlap = previous.offset_ms + previous.duration_ms - segment.offset_ms
    return overlap if 0 < overlap <= MAX_OVERLAP_MS else 0


def packets(segment: Segment, container: Any) -> Iterator[Any]:
    """The audio packets up to the end, or up to where the file can be read no further."""
    stream = container.streams.audio[0]
    stream.thread_count = 1
    demuxed = container.demux(stream)
    while True:
        try:
            packet = next(demuxed)
        except StopIteration:
            return
        except av.FFmpegError:
            segment.damaged += 1
            return
        if packet.size:
            yield packet


def frames(segment: Segment, container: Any) -> Iterator[Any]:
    """The decoded sound."""
    for packet in packets(segment, container):
        yield from decoded(packet, segment)
    try:
        yield from container.streams.audio[0].decode(None)
    except av.FFmpegError:
        segment.damaged += 1


def decoded(packet: Any, segment: Segment) -> list[Any]:
    """What the packet sounds like; nothing where it is damaged, which is counted."""
    try:
        return list(packet.decode())
    except av.FFmpegError:
        segment.damaged += 1
        return []


def _promised(segment: Segment) -> float:
    """How many times its bytes a WAV's header promises; its demuxer only counts what is there."""
    if segment.demuxer != "wav" or not isinstance(segment.file, Input):
        return 1.0
    segment.file.seek(4)
    promised = int.from_bytes(segment.file.read(4), "little") + 8
    # Streamed files promise the largest number there is.
    return promised / segment.file.size if segment.file.size < promised < 0x7FFFFFFF else 1.0
