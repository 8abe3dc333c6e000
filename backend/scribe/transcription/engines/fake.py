"""An engine for tests: it always hears the same short consultation, unless the audio is silent."""

from collections.abc import Callable

import numpy as np

from scribe.transcription.engines.base import EngineAudio, EngineResult, EngineUtterance, EngineWarning, EngineWord

NAME, MODEL = "fake", "script"
_SCRIPT = (
    ("A", "Good morning. I'm Dr. Ellis. What brings you in today?"),
    ("B", "I've had a sore throat for three days, and I feel tired."),
    ("A", "Do you have any fever? Are you allergic to any medicine?"),
    ("B", "No fever. I'm allergic to penicillin."),
    ("A", "Your throat is red. Take ibuprofen 400 milligrams three times a day, and come back in one week."),
    ("B", "Thank you, doctor."),
)
_SILENT = 1e-4
# "penicillin" comes out unsure, so that screens and rules have a risky word to show.
_UNSURE_WORD, _UNSURE, _SURE = "penicillin.", 0.41, 0.97


class FakeEngine:
    """Same length in, same words out: the script's words are spread evenly over the audio."""

    name = NAME

    def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
        """The script, or nothing where the audio is silent."""
        samples = audio.samples()
        if not samples.size or float(np.abs(samples).max()) < _SILENT:
            return EngineResult(NAME, MODEL, language, 0, ())
        duration_ms = len(samples) * 1000 // 16_000
        total = sum(len(text.split()) for _, text in _SCRIPT)
        utterances, spoken = list[EngineUtterance](), 0
        for speaker, text in _SCRIPT:
            words = []
            for word in text.split():
                start, end = duration_ms * spoken // total, duration_ms * (spoken + 1) // total
                words.append(EngineWord(word, start, end, _UNSURE if word == _UNSURE_WORD else _SURE))
                spoken += 1
            utterances.append(EngineUtterance(speaker, words[0].start_ms, words[-1].end_ms, text, tuple(words)))
            progress(spoken / total)
        warning = EngineWarning("short", "There are only a few seconds of speech in this recording.")
        return EngineResult(NAME, MODEL, language, duration_ms, tuple(utterances), (warning,))
