"""Audio in memory."""

import io
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np

from scribe.transcription.engines.base import Samples


@dataclass
class Sound:
    """Samples in memory, as an engine wants them."""

    held: Samples
    mime_type: str = "audio/wav"

    @property
    def duration_ms(self) -> int:
        return len(self.held) * 1000 // 16_000

    def samples(self) -> Samples:
        return self.held

    def opened(self, progress: Callable[[float], None] | None = None) -> BinaryIO:
        """A WAV of 16 bits."""
        sink = _Told(progress)
        with wave.open(sink, "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes((self.held * 32767).astype("<i2").tobytes())
        sink.seek(0)
        return sink


class _Told(io.BytesIO):
    """Bytes that say how much of them has been read."""

    def __init__(self, progress: Callable[[float], None] | None) -> None:
        super().__init__()
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        if part and self._progress is not None:
            self._progress(self.tell() / len(self.getvalue()))
        return part


def decode(path: Path) -> Samples:
    """Mono float at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
    with av.open(str(path)) as container:
        pieces = [
            piece.to_ndarray() for frame in [*container.decode(audio=0), None] for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces, axis=1).reshape(-1).astype(np.float32)


def tone(seconds: int) -> Samples:
    """Something that is not silence."""
    return (0.1 * np.sin(np.arange(seconds * 16_000) / 20)).astype(np.float32)
