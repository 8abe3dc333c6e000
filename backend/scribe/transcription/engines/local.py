"""The local engine: faster-whisper for words, a voice embedder for who spoke. Nothing leaves the machine."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from scribe.core.settings import EngineSettings
from scribe.transcription.engines import blocks, speech, turns, voices
from scribe.transcription.engines.base import EngineAudio, EngineResult, EngineWarning, EngineWord, Samples
from scribe.transcription.engines.priority import Priority
from scribe.transcription.engines.whisper import MODEL, Whisper, require

NAME = "local"
# What is less than this is no consultation: a cough, a door, a word in passing.
LEAST_SPEECH_MS = 1_000
_SHORT_MS = 15_000
_UNSURE = 0.6
_SURE, _LEAST_SURE_WORDS, _LEAST_SURE_RATE = 0.5, 4, 0.8


class LocalEngine:
    """Whisper base (int8) on the CPU. The models are loaded once, at the first use, and shared by all threads."""

    name = NAME

    def __init__(self, settings: EngineSettings, priority: Priority | None = None) -> None:
        self._settings = settings
        self.priority = priority or Priority()
        self._lock = threading.Lock()
        self._loaded: tuple[Whisper, voices.Embedder] | None = None

    def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
        """Words with times and probabilities, by voice; no utterances where nobody speaks."""
        whisper, embedder = self.models()
        samples = audio.samples()
        with self.priority.stage():
            likely = speech.probabilities(samples)
            fine = blocks.parts(blocks.to_tell_voices(), likely, len(samples))
            speech_ms = round(sum(span.seconds for span in fine) * 1000)
            if speech_ms < LEAST_SPEECH_MS:
                return EngineResult(NAME, MODEL, language, speech_ms, ())
            # The embedder works beside Whisper, which leaves part of the processor idle between its steps.
            with ThreadPoolExecutor(1, thread_name_prefix="voices") as beside:
                voiced = beside.submit(voices.separate, embedder, samples, fine)
                words = list(_words(whisper, samples, likely, language, progress))
                heard = voiced.result()
        if not _is_speech(words, speech_ms):
            return EngineResult(NAME, MODEL, language, speech_ms, ())
        utterances = turns.build(words, heard)
        warnings = tuple(_warnings(words, speech_ms, voices=len({turn.speaker for turn in utterances})))
        return EngineResult(NAME, MODEL, language, speech_ms, utterances, warnings)

    def models(self) -> tuple[Whisper, voices.Embedder]:
        """The two models."""
        with self._lock:
            if self._loaded is None:
                speaker = self._settings.model_dir / "speaker" / "embedder.int8.onnx"
                require([speaker])
                self._loaded = Whisper(self._settings), voices.Embedder(speaker, threads=1)
            return self._loaded


def _words(
    whisper: Whisper,
    samples: Samples,
    likely: speech.Likely,
    language: str,
    progress: Callable[[float], None],
) -> Iterator[EngineWord]:
    parts = blocks.parts(blocks.to_recognise(), likely, len(samples))
    total, done = max(1, sum(part.length for part in parts)), 0

    def tell(seconds: float) -> None:
        progress(min(0.99, (done + seconds * speech.RATE) / total))

    for block in blocks.blocks(samples, parts):
        heard = whisper.words(block.samples, language, tell)
        done += len(block.samples)
        tell(0)
        for word in heard:
            start = block.original_ms(word.start)
            yield EngineWord(word.text, start, max(start, block.original_ms(word.end)), word.probability)


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
