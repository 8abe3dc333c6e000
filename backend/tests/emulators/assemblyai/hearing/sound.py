"""Bytes to sound: mono float at 16 kHz, or the vendor's words for what is no audio."""

from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from tests.emulators.assemblyai.hearing.heard import NOT_AUDIO, TOO_LONG, TOO_SHORT, NotHeard

RATE = 16_000
Samples = NDArray[np.float32]
_LEAST_S, _MOST_S = 0.16, 10 * 3600
_SILENT = 1e-4


@dataclass(frozen=True)
class Sound:
    """Decoded audio, with the interface that the project's engines take."""

    held: Samples
    mime_type: str = "audio/wav"

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return len(self.held) * 1000 // RATE

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear."""
        return not self.held.size or float(np.abs(self.held).max()) < _SILENT

    def samples(self) -> Samples:
        """The samples."""
        return self.held

    def encoded(self) -> bytes:
        """Not needed: the engines here take samples."""
        raise NotImplementedError


def decode(path: Path) -> Sound:
    """The file's first audio track; raises `NotHeard` where it has none, `FileNotFoundError` where it is gone."""
    pieces: list[Samples] = []
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise NotHeard(NOT_AUDIO.format(kind_of(path)))
            try:
                for frame in container.decode(audio=0):
                    pieces += [piece.to_ndarray().reshape(-1) for piece in resampler.resample(frame)]
            except av.error.FFmpegError:
                # A file that is cut off or damaged in the middle is heard as far as it goes.
                pass
    except av.error.FileNotFoundError:
        raise
    except av.error.FFmpegError as error:
        raise NotHeard(NOT_AUDIO.format(kind_of(path))) from error
    if pieces:
        pieces += [piece.to_ndarray().reshape(-1) for piece in resampler.resample(None)]
    samples = np.concatenate(pieces).astype(np.float32, copy=False) if pieces else np.zeros(0, np.float32)
    if not samples.size:
        raise NotHeard(NOT_AUDIO.format(kind_of(path)))
    if samples.size < _LEAST_S * RATE:
        raise NotHeard(TOO_SHORT)
    if samples.size > _MOST_S * RATE:
        raise NotHeard(TOO_LONG)
    return Sound(samples)


def kind_of(path: Path) -> str:
    """How the vendor names the type of a file that it cannot hear."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "inode/x-empty (empty)"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    text = head.lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "text/html (HTML document, ASCII text)"
    if all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head):
        return "text/plain (ASCII text)"
    return "application/octet-stream (data)"
