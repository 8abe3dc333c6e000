"""AssemblyAI's transcript, as the SDK parsed it or as it came, turned into what an engine heard.

The SDK's enums are closed: one new kind of entity, and a finished (and billed) transcript cannot be parsed. Only what
is needed is read here, from plain values, and leniently.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from scribe.transcription.engines.assemblyai import voices
from scribe.transcription.engines.assemblyai.notices import notices
from scribe.transcription.engines.base import EngineResult, EngineUtterance, EngineWord
from scribe.transcription.engines.remote import RemoteAnswer

NAME = "assemblyai"
Plain = dict[str, Any]
# Where nothing is said of who speaks, a pause of this length begins a new turn.
_PAUSE_MS, _LONGEST_TURN_WORDS = 1_500, 60


def answer(plain: Plain, *, language: str) -> RemoteAnswer:
    """What a completed transcript holds."""
    turns = tuple(_turns(plain))
    model = plain.get("speech_model_used") or next(iter(plain.get("speech_models") or ()), "unknown")
    result = EngineResult(
        NAME,
        str(model)[:64],
        language,
        sum(turn.end_ms - turn.start_ms for turn in turns),
        turns,
        tuple(notices(plain, turns)) if turns else (),
    )
    canonical = json.dumps(plain, sort_keys=True, default=str).encode()
    return RemoteAnswer(
        result,
        heard_ms=round(float(plain.get("audio_duration") or 0) * 1000),
        domain=(plain.get("metadata") or {}).get("domain_used"),
        sha256=hashlib.sha256(canonical).digest(),
    )


def _turns(plain: Plain) -> Iterator[EngineUtterance]:
    if not (plain.get("text") or "").strip():
        return
    utterances = plain.get("utterances") or list(_by_pauses(plain.get("words") or ()))
    labels = voices.Labels(plain)
    for utterance in utterances:
        words = tuple(_words(utterance))
        if words:
            letter, role = labels.of(utterance.get("speaker"))
            yield EngineUtterance(
                letter,
                words[0].start_ms,
                max(word.end_ms for word in words),
                " ".join(word.text for word in words),
                words,
                role,
            )


def _words(utterance: Plain) -> Iterator[EngineWord]:
    given = utterance.get("words") or [utterance]
    for word in given:
        parts = str(word.get("text") or "").split()
        start = max(0, int(word.get("start") or 0))
        end = max(start, int(word.get("end") or 0))
        # Nothing said of how sure it was: the doctor is shown that it is unsure.
        sure = min(1.0, max(0.0, float(word.get("confidence") or 0)))
        for number, part in enumerate(parts):
            begins, ends = (start + (end - start) * step // len(parts) for step in (number, number + 1))
            yield EngineWord(part, begins, ends, round(sure, 3))


def _by_pauses(words: Any) -> Iterator[Plain]:
    """Turns, where there are only words: of one voice each, as far as they name one."""
    held: list[Plain] = []
    for word in words:
        pause = held and int(word.get("start") or 0) - int(held[-1].get("end") or 0) >= _PAUSE_MS
        other = held and word.get("speaker") != held[-1].get("speaker")
        if held and (pause or other or len(held) >= _LONGEST_TURN_WORDS):
            yield {"speaker": held[0].get("speaker"), "words": held}
            held = []
        held.append(word)
    if held:
        yield {"speaker": held[0].get("speaker"), "words": held}
