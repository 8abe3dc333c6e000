"""What the sandbox can do: join segments into one playable file, give samples for an engine, follow what arrives."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler

from scribe.recordings.sandbox.following import ENGINE_RATE, follow
from scribe.recordings.sandbox.joining import RATE, Copier, Encoder, Joiner, mono, open_output
from scribe.recordings.sandbox.line import Input, JobFailed, Line, Output
from scribe.recordings.sandbox.peaks import PeakMeter
from scribe.recordings.sandbox.segments import BUFFER, Segment, frames, open_input, probe
from scribe.recordings.sandbox.wire import Failure, Kind


def assemble(job: dict[str, Any], inputs: Sequence[Input], output: Output, line: Line) -> dict[str, Any]:
    """Join the inputs into one WebM with duration and cues; measure each; find the peaks.

    Opus is copied as it is, packet by packet; everything else is decoded and encoded anew.
    """
    segments = [
        Segment(index, file, job["demuxers"][index], job["offsets_ms"][index]) for index, file in enumerate(inputs)
    ]
    for segment in segments:
        probe(segment)
    usable = [segment for segment in segments if segment.opens]
    if not usable:
        raise JobFailed(Failure.CORRUPT)
    with open_output(output) as file:
        joiner = _joiner(file, usable)
        meter = PeakMeter(RATE)
        tick = _ticker(line, inputs)
        for segment in usable:
            with open_input(segment) as container:
                for heard in joiner.join(segment, container):
                    meter.feed(heard)
                    if joiner.samples > job["max_seconds"] * RATE:
                        raise JobFailed(Failure.TOO_LONG)
                    tick(segment)
        joiner.finish()
        if joiner.samples == 0:
            raise JobFailed(Failure.EMPTY)
    return {
        "duration_ms": joiner.samples * 1000 // RATE,
        "peaks": meter.peaks(),
        "copied": isinstance(joiner, Copier),
        "segments": [segment.report() for segment in segments],
    }


def samples(job: dict[str, Any], inputs: Sequence[Input], output: Output, line: Line) -> dict[str, Any]:
    """Write the first input as mono float32 at 16 kHz."""
    segment = Segment(0, inputs[0], job["demuxers"][0], 0)
    resampler = AudioResampler(format="flt", layout="mono", rate=ENGINE_RATE, frame_size=ENGINE_RATE)
    limit, count = job["max_seconds"] * ENGINE_RATE, 0
    tick = _ticker(line, inputs)
    with open_input(segment) as container:
        for frame in frames(segment, container):
            for block in resampler.resample(frame):
                count += block.samples
                if count > limit:
                    raise JobFailed(Failure.TOO_LONG)
                output.write(mono(block).tobytes())
                tick(segment)
    for block in resampler.resample(None):
        count += block.samples
        output.write(mono(block).tobytes())
    if count == 0:
        raise JobFailed(Failure.EMPTY)
    return {"samples": count, "damaged": segment.damaged}


JOBS: dict[str, Callable[[dict[str, Any], Sequence[Input], Output, Line], dict[str, Any]]] = {
    "assemble": assemble,
    "samples": samples,
    "follow": follow,
}


def warm_up() -> None:
    """Use every kind of code once, while what it loads on first use can still be opened."""
    file = io.BytesIO()
    with open_output(file) as container:
        encoder = Encoder(container.mux, container)
        encoder.encode(np.zeros(RATE // 10, np.float32))
        encoder.finish()
    file.seek(0)
    meter = PeakMeter(RATE)
    with av.open(file, "r", format="matroska,webm", buffer_size=BUFFER) as opened:
        resampler = AudioResampler(format="flt", layout="mono", rate=ENGINE_RATE, frame_size=160)
        for frame in opened.decode(audio=0):
            for block in resampler.resample(frame):
                meter.feed(mono(block))
    meter.peaks()
    try:
        av.open(io.BytesIO(b"no audio at all"), "r", format="wav")
    except av.FFmpegError as error:
        str(error)


def _joiner(file: Any, usable: Sequence[Segment]) -> Joiner:
    if not all(segment.is_opus for segment in usable):
        return Encoder(file.mux, file)
    widest = max(usable, key=lambda segment: segment.channels)
    with open_input(widest) as container:
        stream = file.add_stream_from_template(container.streams.audio[0])

    def put(packet: Any) -> None:
        packet.stream = stream
        file.mux(packet)

    return Copier(put, listens=True)


def _ticker(line: Line, inputs: Sequence[Input]) -> Callable[[Segment], None]:
    """Progress by bytes read, told once per per cent."""
    total = max(1, sum(file.size for file in inputs))
    before = [sum(file.size for file in inputs[:index]) for index in range(len(inputs))]
    told = -1

    def tick(segment: Segment) -> None:
        nonlocal told
        done = (before[segment.index] + inputs[segment.index].tell()) * 100 // total
        if done > told:
            told = done
            line.say(Kind.PROGRESS, offset=done * 10_000)

    return tick
