"""A recording that still arrives, as an engine will hear it once it is assembled: the same samples, bit by bit.

So a caption's time is the transcript's time. Hence the same choice of packets, one decoder
across all segments as the assembled file has one, and the same resampler; a test compares the two.
"""

from collections.abc import Sequence
from typing import Any

import av
from av.audio.resampler import AudioResampler

from scribe.recordings.sandbox.joining import RATE, Copier, Encoder, Joiner, mono, open_output
from scribe.recordings.sandbox.line import Arriving, Input, JobFailed, Line, Output
from scribe.recordings.sandbox.segments import Segment, examine, open_input
from scribe.recordings.sandbox.wire import Failure

ENGINE_RATE = 16_000


def follow(job: dict[str, Any], _inputs: Sequence[Input], output: Output, line: Line) -> dict[str, Any]:
    """Write what arrives as mono float32 at 16 kHz, segment by segment, until the parent knows of no more."""
    sound = _Sound(output, job["max_seconds"] * ENGINE_RATE)
    joiner: Joiner | None = None
    index = -1
    while True:
        sound.flush()
        index += 1
        told = line.next_input(index)
        if not told:
            return {"samples": sound.count}
        segment = Segment(index, Arriving(line, index, sound.flush), told["demuxer"], told["offset_ms"])
        try:
            with open_input(segment) as container:
                examine(segment, container)
                if not segment.opens:
                    continue
                joiner = joiner or _joiner(segment, container, sound)
                for _ in joiner.join(segment, container):
                    pass
        except av.FFmpegError:
            # As in assembly: what does not open is left out.
            continue


def _joiner(first: Segment, container: Any, sound: "_Sound") -> Joiner:
    """As assembly would choose if all segments were like the first, which they are."""
    if first.is_opus:
        sound.decode_like(container.streams.audio[0].codec_context)
        return Copier(sound.put, listens=False)
    encoder = Encoder(sound.put, open_output(_Nowhere()))
    sound.decode_like(encoder.stream.codec_context)
    return encoder


class _Sound:
    """Packets of the joined stream as samples; they are written when there is nothing more to read."""

    def __init__(self, output: Output, limit: int) -> None:
        self._output, self._held = output, bytearray()
        self.count, self._limit = 0, limit
        self._like: Any = None
        self._decoder: Any = None
        self._resampler = AudioResampler(format="flt", layout="mono", rate=ENGINE_RATE)

    def decode_like(self, context: Any) -> None:
        """The joined stream is as this context says (of an encoder: once it has begun)."""
        self._like = context

    def put(self, packet: Any) -> None:
        """The next packet."""
        if self._decoder is None:
            self._decoder = av.CodecContext.create("opus", "r")
            self._decoder.extradata = self._like.extradata
            self._decoder.sample_rate, self._decoder.layout = RATE, self._like.layout
        try:
            found = self._decoder.decode(packet)
        except av.FFmpegError:
            return
        for frame in found:
            for block in self._resampler.resample(frame):
                self.count += block.samples
                self._held += mono(block).tobytes()
        if self.count > self._limit:
            raise JobFailed(Failure.TOO_LONG)

    def flush(self) -> None:
        """Write what is known."""
        if self._held:
            self._output.write(bytes(self._held))
            self._held.clear()


class _Nowhere:
    """A file that keeps nothing."""

    def write(self, part: bytes) -> int:
        """Let it go."""
        return len(part)
