"""Whisper base (int8) on the CPU, by faster-whisper: every word with its times, or a line in a hurry."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from faster_whisper import WhisperModel
from faster_whisper.transcribe import Word

from scribe.core.settings import EngineSettings
from scribe.transcription.engines.base import EngineFailed, Samples

MODEL = "whisper-base"


@dataclass(frozen=True)
class HeardWord:
    """A word; times in seconds from the start of its block."""

    text: str
    start: float
    end: float
    probability: float


class Whisper:
    """The model. It may be shared by threads, which then take turns."""

    def __init__(self, settings: EngineSettings) -> None:
        directory = settings.model_dir / MODEL
        # A missing tokenizer.json would make faster-whisper ask the hub for one.
        names = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
        require([directory / name for name in names])
        self._model = WhisperModel(
            str(directory), device="cpu", compute_type="int8", cpu_threads=settings.asr_threads, local_files_only=True
        )
        self._beam_size = settings.asr_beam_size

    def words(self, block: Samples, language: str, heard: Callable[[float], None]) -> list[HeardWord]:
        """The words of a block; `heard` is told up to which second."""
        segments, _ = self._model.transcribe(
            block,
            language=language,
            beam_size=self._beam_size,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        words = list[HeardWord]()
        for segment in segments:
            heard(float(segment.end))
            words += [
                HeardWord(word.word.strip(), float(word.start), float(word.end), round(float(word.probability), 3))
                for word in _whole_words(segment.words or ())
            ]
        return words

    def line(self, sound: Samples, language: str) -> str:
        """What is said, roughly and soon; nothing where the model itself takes it for no speech."""
        segments, _ = self._model.transcribe(
            sound,
            language=language,
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return " ".join(" ".join(segment.text.split()) for segment in segments if segment.text.strip())


def require(files: Iterable[Any]) -> None:
    """Say in plain words that the models are not there."""
    if not all(path.is_file() for path in files):
        raise EngineFailed(
            "models_missing",
            "The speech models are not installed on the server. Ask your administrator to fetch them, then retry.",
            retryable=False,
        )


def _whole_words(pieces: Iterable[Word]) -> Iterator[Word]:
    """Whisper gives "ill" and "-disposed": what has no space before it belongs to the word before."""
    whole: Word | None = None
    for piece in pieces:
        if whole is not None and piece.word[:1] != " ":
            sure = min(whole.probability, piece.probability)
            whole = Word(whole.start, piece.end, whole.word + piece.word, sure)
            continue
        if whole is not None and whole.word.strip():
            yield whole
        whole = piece
    if whole is not None and whole.word.strip():
        yield whole
