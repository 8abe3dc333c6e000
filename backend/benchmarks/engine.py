"""The local engine against bare faster-whisper on the same samples, in pairs, in turn."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

from scribe.cli.embedded.sample import AUDIO
from scribe.core.settings import EngineSettings
from scribe.transcription.engines.base import Samples
from scribe.transcription.engines.local import MODEL, LocalEngine

_PAIRS = 5


@dataclass(frozen=True)
class _Decoded:
    """Audio that is decoded already: decoding is not what is compared."""

    heard: Samples
    duration_ms: int
    mime_type: str = "audio/ogg"

    def samples(self) -> Samples:
        return self.heard

    def opened(self, _progress: Callable[[float], None] | None = None) -> BinaryIO:
        return AUDIO.open("rb")


def run() -> None:
    """What Scribe adds to the words: who spoke, turns, warnings."""
    settings = EngineSettings()
    samples = np.asarray(decode_audio(str(AUDIO)), dtype=np.float32)
    seconds = len(samples) / 16_000
    engine = LocalEngine(settings)
    bare = WhisperModel(
        str(settings.model_dir / MODEL), compute_type="int8", cpu_threads=settings.asr_threads, local_files_only=True
    )
    audio = _Decoded(samples, round(seconds * 1000))

    def ours() -> None:
        engine.transcribe(audio, language="en", progress=lambda _fraction: None)

    def theirs() -> None:
        segments, _ = bare.transcribe(
            samples,
            language="en",
            beam_size=settings.asr_beam_size,
            word_timestamps=True,
            vad_filter=True,
            condition_on_previous_text=False,
        )
        list(segments)

    pairs = [(_timed(ours), _timed(theirs)) for _ in range(_PAIRS + 1)][1:]  # the first warms up
    ratio = statistics.median(one / other for one, other in pairs)
    medians = [statistics.median(times) for times in zip(*pairs, strict=True)]
    print(
        f"local engine {medians[0]:.2f} s, bare faster-whisper {medians[1]:.2f} s for {seconds:.0f} s of audio;"
        f" median ratio of {_PAIRS} pairs {ratio:.3f}, real-time factor {medians[0] / seconds:.3f}",
        flush=True,
    )


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
