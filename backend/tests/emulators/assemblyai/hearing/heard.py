"""What was heard in audio: words with times, voice and confidence."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Word:
    """A word; times in milliseconds, confidence 0..1."""

    text: str
    start: int
    end: int
    confidence: float = 0.97
    speaker: str = "A"
    # Numbers the engine's turns, so that two turns of one voice stay two.
    turn: int = 0


@dataclass(frozen=True)
class Heard:
    """All of a file or of a stretch of it."""

    duration_ms: int
    words: tuple[Word, ...] = ()
    # Voice to role, where the one who wrote the reference knows it.
    roles: dict[str, str] = field(default_factory=dict)
    entities: tuple[dict[str, Any], ...] = ()

    def turns(self) -> Iterator[list[Word]]:
        """The words in turns."""
        turn: list[Word] = []
        for word in self.words:
            if turn and (word.speaker, word.turn) != (turn[-1].speaker, turn[-1].turn):
                yield turn
                turn = []
            turn.append(word)
        if turn:
            yield turn

    def first(self, milliseconds: int) -> "Heard":
        """What is heard of a file that ends early."""
        if milliseconds >= self.duration_ms:
            return self
        kept = tuple(word for word in self.words if word.end <= milliseconds)
        return replace(self, duration_ms=milliseconds, words=kept)

    def of_one_voice(self) -> "Heard":
        """As where the voices could not be told apart."""
        return replace(self, words=tuple(replace(word, speaker="A", turn=0) for word in self.words))


def from_json(reference: dict[str, Any]) -> Heard:
    """A reference: `words` of {text, start, end[, confidence, speaker]}, `duration_ms`, `roles`, `entities`."""
    words = tuple(
        Word(
            str(word["text"]),
            int(word["start"]),
            int(word["end"]),
            float(word.get("confidence", 0.97)),
            str(word.get("speaker") or "A"),
            int(word.get("turn", 0)),
        )
        for word in reference["words"]
    )
    duration = reference.get("duration_ms") or (words[-1].end if words else 0)
    return Heard(int(duration), words, dict(reference.get("roles") or {}), tuple(reference.get("entities") or ()))


class NotHeard(Exception):
    """The job ends in an error; the text is the vendor's."""


NOT_AUDIO = "Transcoding failed. File does not appear to contain audio. File type is {}."
TOO_SHORT, TOO_LONG = "Audio duration is too short.", "Audio duration is too long"
JOB_SERVER_ERROR = "Server error, developers have been alerted"
