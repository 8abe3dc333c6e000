"""The local engine: faster-whisper for words, a voice embedder for who spoke. Nothing leaves the machine."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel
from faster_whisper.transcribe import Word

from scribe.core.settings import EngineSettings
from scribe.transcription.engines import speech, turns, voices
from scribe.transcription.engines.base import (
    EngineAudio,
    EngineFailed,
    EngineResult,
    EngineWarning,
    EngineWord,
    Samples,
)

NAME, MODEL = "local", "whisper-base"
# What is less than this is no consultation: a cough, a door, a word in passing.
LEAST_SPEECH_MS = 1_000
# Whisper hears 30 s at a time. Blocks that fit its window and end in pauses lose no half sentences at its edge, and
# an hour takes no more memory than a minute. Silence is kept for 0.4 s around speech and else left out.
_BLOCK_S, _MARGIN_S, _PAUSE_S = 29.0, 0.4, 0.25
_SHORT_MS = 15_000
_UNSURE = 0.6
_SURE, _LEAST_SURE_WORDS, _LEAST_SURE_RATE = 0.5, 4, 0.8


class LocalEngine:
    """Whisper base (int8) on the CPU. The models are loaded once, at the first use, and shared by all threads."""

    name = NAME

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loaded: tuple[WhisperModel, voices.Embedder] | None = None

    def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
        """Words with times and probabilities, by voice; no utterances where nobody speaks."""
        whisper, embedder = self._models()
        samples = audio.samples()
        likely = speech.probabilities(samples)
        fine = speech.spans(likely, len(samples), min_silence_s=0.2, pad_s=0.06)
        speech_ms = round(sum(span.seconds for span in fine) * 1000)
        if speech_ms < LEAST_SPEECH_MS:
            return EngineResult(NAME, MODEL, language, speech_ms, ())
        # The embedder works beside Whisper, which leaves part of the processor idle between its steps.
        with ThreadPoolExecutor(1, thread_name_prefix="voices") as beside:
            voiced = beside.submit(voices.separate, embedder, samples, fine)
            words = list(self._words(whisper, samples, likely, language, progress))
            heard = voiced.result()
        if not _is_speech(words, speech_ms):
            return EngineResult(NAME, MODEL, language, speech_ms, ())
        utterances = turns.build(words, heard)
        warnings = tuple(_warnings(words, speech_ms, voices=len({turn.speaker for turn in utterances})))
        return EngineResult(NAME, MODEL, language, speech_ms, utterances, warnings)

    def _words(
        self,
        whisper: WhisperModel,
        samples: Samples,
        likely: Any,
        language: str,
        progress: Callable[[float], None],
    ) -> Iterator[EngineWord]:
        parts = speech.spans(likely, len(samples), min_silence_s=_PAUSE_S, pad_s=_MARGIN_S)
        total, done = max(1e-3, sum(span.seconds for span in parts)), 0.0
        for block in speech.joined_blocks(samples, parts, likely, _BLOCK_S):
            segments, _ = whisper.transcribe(
                block.samples,
                language=language,
                beam_size=self._settings.asr_beam_size,
                word_timestamps=True,
                condition_on_previous_text=False,
            )
            for segment in segments:
                progress(min(0.99, float(done + segment.end) / total))
                for word in _whole_words(segment.words or ()):
                    start = block.original_ms(word.start)
                    end = max(start, block.original_ms(word.end))
                    yield EngineWord(word.word.strip(), start, end, round(float(word.probability), 3))
            done += len(block.samples) / speech.RATE

    def _models(self) -> tuple[WhisperModel, voices.Embedder]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._settings)
            return self._loaded


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


def _load(settings: EngineSettings) -> tuple[WhisperModel, voices.Embedder]:
    asr, speaker = settings.model_dir / MODEL, settings.model_dir / "speaker" / "embedder.int8.onnx"
    # A missing tokenizer.json would make faster-whisper ask the hub for one.
    wanted = (asr / "model.bin", asr / "config.json", asr / "tokenizer.json", asr / "vocabulary.txt", speaker)
    absent = [path for path in wanted if not path.is_file()]
    if absent:
        raise EngineFailed(
            "models_missing",
            "The speech models are not installed on the server. Ask your administrator to fetch them, then retry.",
            retryable=False,
        )
    whisper = WhisperModel(
        str(asr), device="cpu", compute_type="int8", cpu_threads=settings.asr_threads, local_files_only=True
    )
    return whisper, voices.Embedder(Path(speaker), threads=1)


def _is_speech(words: list[EngineWord], speech_ms: int) -> bool:
    """Enough words that the model is sure of, in all and by the second of voice.

    Measured: consultations 2.6 to 3.5 sure words a second, mumbling at most 0.5; noise gives one or two words in all.
    """
    sure = sum(word.probability >= _SURE for word in words)
    return sure >= _LEAST_SURE_WORDS and sure * 1000 >= _LEAST_SURE_RATE * speech_ms


def _warnings(words: list[EngineWord], speech_ms: int, *, voices: int) -> Iterator[EngineWarning]:
    if voices == 1:
        yield EngineWarning("single_voice", "Only one voice was told apart. Check who said what.")
    sure = sum(word.probability for word in words) / len(words)
    if sure < _UNSURE:
        yield EngineWarning("low_confidence", "The sound was hard to understand. Check the transcript with care.")
    if speech_ms < _SHORT_MS:
        yield EngineWarning("short", "There are only a few seconds of speech in this recording.")
