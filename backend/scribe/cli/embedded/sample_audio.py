"""The sample consultation that the project made itself (backend/assets/sample)."""

import wave
from pathlib import Path

import av

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "sample"
AUDIO = FOLDER / "consultation.ogg"
REFERENCE = FOLDER / "consultation.json"


def write_wav(target: Path, rate: int = 48_000, source: Path = AUDIO) -> Path:
    """Decode to a mono 16-bit WAV, as a browser's fake microphone wants it."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    with av.open(str(source)) as container, wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        for frame in [*container.decode(audio=0), None]:
            for piece in resampler.resample(frame):
                out.writeframes(piece.to_ndarray().tobytes())
    return target
