"""Audio in memory."""

from dataclasses import dataclass
from pathlib import Path

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

    def encoded(self) -> bytes:
        raise AssertionError("the engines here take samples")


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
