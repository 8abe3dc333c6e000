"""Longer audio made of the project's own sample."""

import io
from pathlib import Path

import av

from scribe.cli.embedded.sample import AUDIO


def repeated(seconds: float) -> bytes:
    """The sample said again and again until it is long enough, as Ogg/Opus."""
    with av.open(str(AUDIO)) as source:
        frames = list(source.decode(audio=0))
    out = io.BytesIO()
    length = 0.0
    with av.open(out, "w", format="ogg") as sink:
        stream = sink.add_stream("libopus", rate=48000, layout="mono", options={"b": "32k"})
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48000, frame_size=960)
        while length < seconds:
            for frame in frames:
                copy = av.AudioFrame.from_ndarray(frame.to_ndarray(), frame.format.name, frame.layout.name)
                copy.sample_rate = frame.sample_rate
                length += frame.samples / frame.sample_rate
                for ready in resampler.resample(copy):
                    ready.pts = None
                    sink.mux(stream.encode(ready))
        sink.mux(stream.encode(None))
    return out.getvalue()


def seconds_of(path: Path) -> float:
    """How long it is, as its container says."""
    with av.open(str(path)) as source:
        return float(source.duration or 0) / av.time_base
