"""Pieces of the sample, for journeys that need some speech and little time."""

import io

import av

from scribe.cli.embedded.sample import AUDIO


def first_seconds(seconds: float) -> bytes:
    """The sample's beginning, as Ogg/Opus."""
    out = io.BytesIO()
    with av.open(str(AUDIO)) as source, av.open(out, "w", format="ogg") as sink:
        stream = sink.add_stream("libopus", rate=48000, layout="mono")
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > seconds:
                break
            frame.pts = None
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()
