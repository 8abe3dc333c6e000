"""Audio files of every kind, made by PyAV."""

import io
from fractions import Fraction

import av
import numpy as np

RATE = 48_000
# Container format, codec, sample format, of each kind that Scribe takes.
KINDS = {
    "webm": ("webm", "libopus", "flt"),
    "ogg": ("ogg", "libopus", "flt"),
    "opus": ("opus", "libopus", "flt"),
    "mp3": ("mp3", "libmp3lame", "fltp"),
    "m4a": ("ipod", "aac", "fltp"),
    "mp4": ("mp4", "aac", "fltp"),
    "wav": ("wav", "pcm_s16le", "s16"),
    "flac": ("flac", "flac", "s16"),
    "aac": ("adts", "aac", "fltp"),
}


def tone(seconds: float, hertz: float = 440, loudness: float = 0.5) -> np.ndarray:
    """A sine, mono, 48 kHz."""
    times = np.arange(int(seconds * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def encoded(samples: np.ndarray, kind: str = "webm", channels: int = 1) -> bytes:
    """The samples as a file of the kind."""
    container_format, codec, sample_format = KINDS[kind]
    sink = io.BytesIO()
    with av.open(sink, "w", format=container_format) as container:
        layout = "mono" if channels == 1 else "stereo"
        stream = container.add_stream(codec, rate=RATE, layout=layout)
        stream.codec_context.format = sample_format
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=RATE, frame_size=stream.frame_size)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return sink.getvalue()


def a_file(kind: str = "webm", seconds: float = 3, hertz: float = 440) -> bytes:
    """A tone as a file of the kind."""
    return encoded(tone(seconds, hertz), kind)


class _Unseekable(io.RawIOBase):
    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, part: bytes) -> int:  # type: ignore[override]
        self.written += part
        return len(part)

    def writable(self) -> bool:
        return True


# Container, its options, codec and sample format of what browsers record: Chromium and Firefox, and Safari.
_LIVE = {
    "webm": ("webm", {"live": "1"}, "libopus", "flt"),
    "mp4": ("mp4", {"movflags": "frag_every_frame+empty_moov+default_base_moof"}, "aac", "fltp"),
}


def as_live(samples: np.ndarray, kind: str = "webm", channels: int = 1) -> bytes:
    """A file as MediaRecorder makes it: streamed, so without duration, cues or a known size."""
    container_format, options, codec, sample_format = _LIVE[kind]
    sink = _Unseekable()
    with av.open(sink, "w", format=container_format, options=options) as container:
        layout = "mono" if channels == 1 else "stereo"
        stream = container.add_stream(codec, rate=RATE, layout=layout)
        stream.codec_context.format = sample_format
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=RATE, frame_size=stream.frame_size)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return bytes(sink.written)


def slices(body: bytes, count: int) -> list[bytes]:
    """The body in about equal parts."""
    step = -(-len(body) // count)
    return [body[at : at + step] for at in range(0, len(body), step)]


def noise(seconds: float) -> np.ndarray:
    """What does not compress well."""
    return (0.3 * np.random.default_rng(7).standard_normal(int(seconds * RATE))).clip(-1, 1).astype(np.float32)
