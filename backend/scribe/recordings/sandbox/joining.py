"""Segments put one after the other as one stream of Opus packets; where the packets go is the caller's affair."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from scribe.recordings.sandbox import opus
from scribe.recordings.sandbox.segments import BUFFER, Segment, decoded, frames, overlap_ms, packets

RATE = opus.RATE
Samples = NDArray[np.float32]
# Takes a packet of the joined stream.
Put = Callable[[Any], None]
_BLOCK = RATE
_BIT_RATE = 40_000


class Joiner(ABC):
    """Puts segments one after the other; `samples` (at 48 kHz) is where the joined stream stands.

    Segments follow each other without a gap, and what two of them both hold (by their offsets) is kept once.
    """

    def __init__(self, put: Put) -> None:
        self.samples = 0
        self._put = put
        self._previous: Segment | None = None

    def join(self, segment: Segment, container: Any) -> Iterator[Samples]:
        """Add the opened segment, and measure it; gives what is heard, mono at 48 kHz, where that is asked for."""
        skip, began = overlap_ms(self._previous, segment), self.samples
        segment.start_ms = began * 1000 // RATE
        try:
            yield from self._join(segment, container, skip * RATE // 1000)
        finally:
            segment.skipped_ms = skip
            segment.duration_ms = skip + (self.samples - began) * 1000 // RATE
            self._previous = segment

    @abstractmethod
    def _join(self, segment: Segment, container: Any, skip: int) -> Iterator[Samples]:
        """Add it without its first `skip` samples."""

    def finish(self) -> None:
        """Put what is still held back."""
        return


class Copier(Joiner):
    """Copies Opus packets, on timestamps of its own: a recorder's clock may jump, its packets' lengths do not."""

    def __init__(self, put: Put, *, listens: bool) -> None:
        super().__init__(put)
        self._listens = listens

    def _join(self, segment: Segment, container: Any, skip: int) -> Iterator[Samples]:
        """The skip ends with a whole packet."""
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=_BLOCK)
        left = skip
        for packet in packets(segment, container):
            length = opus.samples_of(bytes(packet)[:2])
            if length == 0:
                segment.damaged += 1
                continue
            found = decoded(packet, segment) if self._listens else []
            if left > 0:
                left -= length
                continue
            if self.samples:
                _begin_nothing(packet)
            packet.time_base = Fraction(1, RATE)
            packet.pts = packet.dts = self.samples
            packet.duration = length
            self.samples += length
            self._put(packet)
            yield from _heard(resampler, found)
        if self._listens:
            yield from _heard(resampler, [None])


class Encoder(Joiner):
    """Encodes what is heard as one stream of Opus, mono."""

    def __init__(self, put: Put, container: Any) -> None:
        super().__init__(put)
        self.stream = container.add_stream("libopus", rate=RATE, layout="mono")
        self.stream.codec_context.format = "flt"
        self.stream.codec_context.bit_rate = _BIT_RATE
        # Frames of the encoder's own size, across the borders of segments.
        self._cutter = AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=960)

    def _join(self, segment: Segment, container: Any, skip: int) -> Iterator[Samples]:
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=_BLOCK)
        left = skip
        for frame in _with_end(frames(segment, container)):
            for block in _heard(resampler, [frame]):
                heard = block[left:]
                left = max(0, left - len(block))
                if len(heard):
                    self.encode(heard)
                    yield heard

    def encode(self, heard: Samples) -> None:
        """Add samples, mono at 48 kHz."""
        frame = av.AudioFrame.from_ndarray(heard.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.samples, Fraction(1, RATE)
        self.samples += len(heard)
        self._encode(self._cutter.resample(frame))

    def finish(self) -> None:
        """Put what is still held back."""
        self._encode(self._cutter.resample(None))
        self._encode([None])

    def _encode(self, pieces: Any) -> None:
        for piece in pieces:
            for packet in self.stream.encode(piece):
                self._put(packet)


def open_output(output: Any) -> Any:
    """A WebM that is written to the file."""
    return av.open(output, "w", format="webm", buffer_size=BUFFER)


def mono(block: Any) -> Samples:
    """A frame of one channel as samples."""
    heard: Samples = block.to_ndarray().reshape(-1)
    return heard


def _begin_nothing(packet: Any) -> None:
    """Only a stream's first packet has a beginning to be left out; the file's container would not keep another."""
    skip = packet.get_sidedata("skip_samples")
    if skip:
        skip.update(bytes(4) + bytes(skip)[4:])
        packet.set_sidedata(skip)


def _heard(resampler: AudioResampler, found: Any) -> Iterator[Samples]:
    for frame in found:
        for block in resampler.resample(frame):
            yield mono(block)


def _with_end(found: Iterator[Any]) -> Iterator[Any]:
    yield from found
    yield None
