"""The project's own local engine, in a process of its own: the server answers while it listens."""

import multiprocessing
import os
import threading
from functools import cache
from pathlib import Path

from tests.emulators.assemblyai.hearing.heard import Heard, Word
from tests.emulators.assemblyai.hearing.sound import Samples, Sound, decode


def hear_file(path: Path, language: str) -> Heard:
    """What the engine hears in a file."""
    return hear_samples(decode(path).held, language)


def hear_samples(samples: Samples, language: str) -> Heard:
    """What the engine hears in samples."""
    result = _engine().transcribe(Sound(samples), language=language, progress=lambda _: None)
    words = tuple(
        Word(word.text, word.start_ms, word.end_ms, round(word.probability, 3), turn.speaker, number)
        for number, turn in enumerate(result.utterances)
        for word in turn.words
    )
    return Heard(len(samples) * 1000 // 16_000, words)


def leave_with_parent() -> None:
    """The process ends with the emulator, even where the emulator is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(0)), daemon=True).start()


@cache
def _engine():  # type: ignore[no-untyped-def]  # its libraries take a second and 100 MB: only this process loads them
    from scribe.core.settings import EngineSettings  # noqa: PLC0415
    from scribe.transcription.engines.local import LocalEngine  # noqa: PLC0415

    return LocalEngine(EngineSettings())
