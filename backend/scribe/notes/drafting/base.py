"""The seam to what writes a draft."""

from dataclasses import dataclass
from typing import Protocol

from scribe.transcription.models import SpeakerRole


@dataclass(frozen=True)
class Turn:
    """An utterance as a drafter sees it."""

    number: int
    role: SpeakerRole
    start_ms: int
    end_ms: int
    text: str
    # Each word with its start and end in ms, and how sure the engine was of it.
    words: tuple[tuple[str, int, int, float], ...]


@dataclass(frozen=True)
class SectionSpec:
    """A section to fill; `kind` says what belongs there (`notes.templates.SectionKind`)."""

    key: str
    title: str
    kind: str
    required: bool


@dataclass(frozen=True)
class EvidenceSpan:
    """Words of one utterance that a sentence rests on. `quote` is a literal part of the utterance's text."""

    utterance: int
    start_ms: int
    end_ms: int
    quote: str


@dataclass(frozen=True)
class DraftSentence:
    """A sentence of the draft, with what it rests on (never empty)."""

    section_key: str
    text: str
    evidence: tuple[EvidenceSpan, ...]
    # As the drafter wrote it, where the text is in the doctor's own wording.
    worded_from: str | None = None
    # Put together from the spoken words by rules alone: such a writer has no words of its own that must be looked for.
    by_rules: bool = False


@dataclass(frozen=True)
class Notice:
    """Something that the doctor should know about how a draft was made: a stable code, and plain words."""

    code: str
    message: str


@dataclass(frozen=True)
class Spent:
    """What a draft took of a language model, whether or not that was of use."""

    input_tokens: int = 0
    output_tokens: int = 0
    # Sentences that failed their checks and passed them after they were sent back once.
    repaired: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.repaired + other.repaired,
        )


@dataclass(frozen=True)
class Draft:
    """What a drafter hands over; which of its sentences enter the note, `notes.evidence` decides."""

    sentences: tuple[DraftSentence, ...]
    notices: tuple[Notice, ...] = ()
    spent: Spent = Spent()
    # The drafter that wrote it in place of the one that was asked; the notices say why.
    written_by: str | None = None


class Drafter(Protocol):
    """Turns of a consultation in, sentences with evidence out."""

    @property
    def name(self) -> str:
        """What the note says of who drafted it."""
        ...

    def draft(self, turns: list[Turn], sections: list[SectionSpec], *, language: str) -> Draft:
        """Sentences in the order of the sections, each into one of them; `language` is what was spoken, as `en`.

        Same input, same output, for a deterministic drafter.
        """
        ...
