"""What the sandbox can do: join segments into one playable file, and give samples for an engine."""

import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from scribe.recordings.sandbox import opus
from scribe.recordings.sandbox.line import Input, JobFailed, Line, Output
from scribe.recordings.sandbox.peaks import PeakMeter
from scribe.recordings.sandbox.wire import Failure, Kind

RATE = opus.RATE
ENGINE_RATE = 16_000
# A longer overlap of two segments than this is no overlap but a wrong offset: then all of both is kept.
MAX_OVERLAP_MS = 10_000
_BLOCK = RATE
_BUFFER = 256 * 1024
_BIT_RATE = 40_000
Samples = NDArray[np.float32]


@dataclass
class _Segment:
    """An input, and what became of it."""

    index: int
    file: Input
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

    def report(self) -> dict[str, Any]:
        """As the parent wants it."""
        names = ("index", "codec", "opens", "start_ms", "skipped_ms", "duration_ms", "damaged", "declared_ms")
        return {name: getattr(self, name) for name in names}


def assemble(job: dict[str, Any], inputs: Sequence[Input], output: Output, line: Line) -> dict[str, Any]:
    """Join the inputs into one WebM with duration and cues; measure each; find the peaks.

    Opus is copied as it is, packet by packet; everything else is decoded and encoded anew. Segments follow each other
    without a gap, and what two of them both hold (by their offsets) is kept once.
    """
    segments = [
        _Segment(index, file, job["demuxers"][index], job["offsets_ms"][index]) for index, file in enumerate(inputs)
    ]
    for segment in segments:
        _probe(segment)
    usable = [segment for segment in segments if segment.opens]
    if not usable:
        raise JobFailed(Failure.CORRUPT)
    joiner: _Joiner = _Copier(output, usable) if _is_all_opus(usable) else _Encoder(output)
    meter = PeakMeter(RATE)
    tick = _ticker(line, inputs)
    previous: _Segment | None = None
    for segment in usable:
        skip = _overlap_ms(previous, segment)
        segment.start_ms = joiner.samples * 1000 // RATE
        began = joiner.samples
        for heard in joiner.join(segment, skip * RATE // 1000):
            meter.feed(heard)
            if joiner.samples > job["max_seconds"] * RATE:
                raise JobFailed(Failure.TOO_LONG)
            tick(segment)
        segment.skipped_ms = skip
        segment.duration_ms = skip + (joiner.samples - began) * 1000 // RATE
        previous = segment
    joiner.close()
    if joiner.samples == 0:
        raise JobFailed(Failure.EMPTY)
    return {
        "duration_ms": joiner.samples * 1000 // RATE,
        "peaks": meter.peaks(),
        "copied": isinstance(joiner, _Copier),
        "segments": [segment.report() for segment in segments],
    }


def samples(job: dict[str, Any], inputs: Sequence[Input], output: Output, line: Line) -> dict[str, Any]:
    """Write the first input as mono float32 at 16 kHz."""
    segment = _Segment(0, inputs[0], job["demuxers"][0], 0)
    resampler = AudioResampler(format="flt", layout="mono", rate=ENGINE_RATE, frame_size=ENGINE_RATE)
    limit, count = job["max_seconds"] * ENGINE_RATE, 0
    tick = _ticker(line, inputs)
    for frame in _frames(segment):
        for block in resampler.resample(frame):
            count += block.samples
            if count > limit:
                raise JobFailed(Failure.TOO_LONG)
            output.write(_mono(block).tobytes())
            tick(segment)
    for block in resampler.resample(None):
        count += block.samples
        output.write(_mono(block).tobytes())
    if count == 0:
        raise JobFailed(Failure.EMPTY)
    return {"samples": count, "damaged": segment.damaged}


JOBS: dict[str, Callable[[dict[str, Any], Sequence[Input], Output, Line], dict[str, Any]]] = {
    "assemble": assemble,
    "samples": samples,
}


def warm_up() -> None:
    """Use every kind of code once, while what it loads on first use can still be opened."""
    file = io.BytesIO()
    encoder = _Encoder(file)
    encoder.encode(np.zeros(RATE // 10, np.float32))
    encoder.close()
    file.seek(0)
    meter = PeakMeter(RATE)
    with av.open(file, "r", format="matroska,webm", buffer_size=_BUFFER) as container:
        resampler = AudioResampler(format="flt", layout="mono", rate=ENGINE_RATE, frame_size=160)
        for frame in container.decode(audio=0):
            for block in resampler.resample(frame):
                meter.feed(_mono(block))
    meter.peaks()
    try:
        av.open(io.BytesIO(b"no audio at all"), "r", format="wav")
    except av.FFmpegError as error:
        str(error)


class _Joiner(ABC):
    """Puts segments one after the other; `samples` (at 48 kHz) is where the output stands."""

    samples: int = 0

    @abstractmethod
    def join(self, segment: _Segment, skip: int) -> Iterator[Samples]:
        """Add the segment without its first `skip` samples; gives what is heard, mono at 48 kHz."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


class _Copier(_Joiner):
    """Copies Opus packets, on timestamps of its own: a recorder's clock may jump, its packets' lengths do not."""

    def __init__(self, output: Any, segments: Sequence[_Segment]) -> None:
        self._container = _open_output(output)
        self._widest = max(segments, key=lambda segment: segment.channels)
        self._stream: Any = None

    def join(self, segment: _Segment, skip: int) -> Iterator[Samples]:
        """See `_Joiner`. The skip ends with a whole packet."""
        if self._stream is None:
            with _open_input(self._widest) as widest:
                self._stream = self._container.add_stream_from_template(widest.streams.audio[0])
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=_BLOCK)
        left = skip
        for packet in _packets(segment):
            length = opus.samples_of(bytes(packet)[:2])
            if length == 0:
                segment.damaged += 1
                continue
            frames = _decoded(packet, segment)
            if left > 0:
                left -= length
                continue
            packet.stream, packet.time_base = self._stream, Fraction(1, RATE)
            packet.pts = packet.dts = self.samples
            packet.duration = length
            self.samples += length
            self._container.mux(packet)
            for frame in frames:
                for block in resampler.resample(frame):
                    yield _mono(block)
        for block in resampler.resample(None):
            yield _mono(block)

    def close(self) -> None:
        """Finish the file."""
        self._container.close()


class _Encoder(_Joiner):
    """Encodes what is heard as one stream of Opus, mono."""

    def __init__(self, output: Any) -> None:
        self._container = _open_output(output)
        self._stream = self._container.add_stream("libopus", rate=RATE, layout="mono")
        self._stream.codec_context.format = "flt"
        self._stream.codec_context.bit_rate = _BIT_RATE
        # Frames of the encoder's own size, across the borders of segments.
        self._cutter = AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=960)

    def join(self, segment: _Segment, skip: int) -> Iterator[Samples]:
        """See `_Joiner`."""
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=_BLOCK)
        left = skip
        for frame in _with_end(_frames(segment)):
            for block in resampler.resample(frame):
                heard = _mono(block)[left:]
                left = max(0, left - block.samples)
                if len(heard):
                    self.encode(heard)
                    yield heard

    def encode(self, heard: Samples) -> None:
        """Add samples, mono at 48 kHz."""
        frame = av.AudioFrame.from_ndarray(heard.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.samples, Fraction(1, RATE)
        self.samples += len(heard)
        for piece in self._cutter.resample(frame):
            self._container.mux(self._stream.encode(piece))

    def close(self) -> None:
        """Finish the file."""
        for piece in self._cutter.resample(None):
            self._container.mux(self._stream.encode(piece))
        self._container.mux(self._stream.encode(None))
        self._container.close()


def _with_end(frames: Iterator[Any]) -> Iterator[Any]:
    yield from frames
    yield None


def _open_output(output: Any) -> Any:
    return av.open(output, "w", format="webm", buffer_size=_BUFFER)


def _open_input(segment: _Segment) -> Any:
    segment.file.seek(0)
    # Whatever a file refers to outside of itself is refused twice: by this list, and by the system call filter.
    options = {"protocol_whitelist": "none", "format_whitelist": segment.demuxer}
    return av.open(segment.file, "r", format=segment.demuxer, buffer_size=_BUFFER, container_options=options)


def _probe(segment: _Segment) -> None:
    try:
        with _open_input(segment) as container:
            if not container.streams.audio:
                return
            stream = container.streams.audio[0]
            segment.codec, segment.channels = stream.codec_context.name, stream.codec_context.channels
            if container.duration and segment.demuxer not in {"mp3", "aac"}:
                # Headerless kinds only guess theirs.
                segment.declared_ms = int(container.duration * _promised(segment)) // 1000
            segment.opens = True
    except av.FFmpegError:
        return


def _promised(segment: _Segment) -> float:
    """How many times its bytes a WAV's header promises; its demuxer only counts what is there."""
    if segment.demuxer != "wav":
        return 1.0
    segment.file.seek(4)
    promised = int.from_bytes(segment.file.read(4), "little") + 8
    # Streamed files promise the largest number there is.
    return promised / segment.file.size if segment.file.size < promised < 0x7FFFFFFF else 1.0


def _is_all_opus(segments: Sequence[_Segment]) -> bool:
    return all(segment.codec in {"opus", "libopus"} and segment.channels in {1, 2} for segment in segments)


def _overlap_ms(previous: _Segment | None, segment: _Segment) -> int:
    """How much of the segment's start its predecessor holds too, by the capture's clock."""
    if previous is None or segment.offset_ms <= previous.offset_ms:
        return 0
    overlap = previous.offset_ms + previous.duration_ms - segment.offset_ms
    return overlap if 0 < overlap <= MAX_OVERLAP_MS else 0


def _packets(segment: _Segment) -> Iterator[Any]:
    """The audio packets up to the end, or up to where the file can be read no further."""
    with _open_input(segment) as container:
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


def _frames(segment: _Segment) -> Iterator[Any]:
    stream = None
    for packet in _packets(segment):
        stream = packet.stream
        yield from _decoded(packet, segment)
    if stream is not None:
        try:
            yield from stream.decode(None)
        except av.FFmpegError:
            segment.damaged += 1


def _decoded(packet: Any, segment: _Segment) -> list[Any]:
    try:
        return list(packet.decode())
    except av.FFmpegError:
        segment.damaged += 1
        return []


def _mono(block: Any) -> Samples:
    heard: Samples = block.to_ndarray().reshape(-1)
    return heard


def _ticker(line: Line, inputs: Sequence[Input]) -> Callable[[_Segment], None]:
    """Progress by bytes read, told once per per cent."""
    total = max(1, sum(file.size for file in inputs))
    before = [sum(file.size for file in inputs[:index]) for index in range(len(inputs))]
    told = -1

    def tick(segment: _Segment) -> None:
        nonlocal told
        done = (before[segment.index] + segment.file.tell()) * 100 // total
        if done > told:
            told = done
            line.say(Kind.PROGRESS, offset=done * 10_000)

    return tick
