"""The consultation as pieces: sentences with their speaker, and answers with the question that they answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scribe.notes import sentences
from scribe.notes.drafting.base import Turn
from scribe.transcription.models import SpeakerRole

_ASKING = re.compile(
    r"^(?:(?:and|so|okay|ok|um|uh|all right|alright|well|now|right|great|but|then|also)\b[\s,.]*)*"
    r"(?:do|does|did|is|are|was|were|have|has|had|can|could|would|will|what|when|where|which|who|how|why|any)\b"
    r"(?:\s+(?:you|your|it|there|that|they|he|she|about|long|often|many|much|far|bad|the|this|any|any other|been)\b)",
    re.IGNORECASE,
)
# "When you breathe in, I hear ...": a clause in front, not a question.
_SUBORDINATE = re.compile(r"^(?:and |so |but )?(?:when|what|where|which|who|why|how)\b", re.IGNORECASE)
_BACKCHANNEL = re.compile(
    r"^(?:(?:mm+|hm+|uh-huh|mm-hmm|mhm|okay|ok|right|sure|yeah|yes|yep|oh|i see|good|great|all right|alright|perfect|"
    r"thank you|thanks|gotcha|got it|sorry|fine|lovely|cool|wow|nice|excellent|no problem|of course|bye|hello|hi|um|uh)"
    r"\b[\s,.!?-]*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """One sentence of one turn: characters [start, end) of its text."""

    turn: Turn
    start: int
    end: int
    # The doctor's question that this turn answers, and whether this sentence is the answer's first.
    question: "Piece | None" = field(default=None, compare=False)
    is_first: bool = False

    @property
    def text(self) -> str:
        """The words as they were said."""
        return self.turn.text[self.start : self.end]

    @property
    def is_question(self) -> bool:
        """Whether it asks: by its mark or, where speech recognition left that out, by its first words."""
        said = self.text.rstrip("\"' ")
        if said.endswith("?"):
            return True
        tells = said.endswith(".") and _SUBORDINATE.match(said)
        return self.turn.role is SpeakerRole.CLINICIAN and not tells and bool(_ASKING.match(said))

    @property
    def is_backchannel(self) -> bool:
        """Whether it only keeps the talk going."""
        return bool(_BACKCHANNEL.match(self.text.strip()))


def pieces(turns: Sequence[Turn]) -> list[Piece]:
    """Every sentence in order; the first sentences after a doctor's question carry it."""
    found: list[Piece] = []
    question: Piece | None = None
    for turn in turns:
        own = [Piece(turn, start, end) for start, end in clauses(turn.text)]
        if turn.role is SpeakerRole.CLINICIAN:
            said = [piece for piece in own if not piece.is_backchannel]
            if said:
                question = said[-1] if said[-1].is_question else None
            found += own
            continue
        found += [Piece(turn, piece.start, piece.end, question, index == 0) for index, piece in enumerate(own)]
        question = None if own and question is not None else question
    return found


# Where a sentence that runs on may be cut: a new subject follows, so each part says something by itself.
_CUT = re.compile(
    r"(?:,\s*|\s)(?:and|but|so|then|because)\s+(?=(?:then |also |now )?(?:i|i'm|i've|it|it's|we|we'll|you|you're|he|"
    r"she|they|there|there's|that|that's|my|your|the|let's)\b)",
    re.IGNORECASE,
)
# Speech recognition without punctuation runs on for minutes; then a new topic's first words are cut at too.
_LOOSE_CUT = re.compile(
    r"\s+(?:(?:okay|ok|alright|all right|now|so|and|but|then)\s+)*(?=(?:i'm going|i want|i do|i think|i would|i'd|"
    r"let me|let's|on your|on my|for your|for the|as far as|my impression|looking at|there's|there is|your|"
    r"you have|you can|we'll|we're)\b)",
    re.IGNORECASE,
)
_LONG_WORDS, _PART_WORDS = 24, 8
_ENDLESS_WORDS, _LOOSE_WORDS = 40, 6


def clauses(text: str) -> list[tuple[int, int]]:
    """The sentences of a text; long ones in parts."""
    found: list[tuple[int, int]] = []
    for start, end in sentences.spans(text):
        if len(text[start:end].split()) <= _LONG_WORDS or text[start:end].endswith("?"):
            found.append((start, end))
            continue
        for left, right in _cut(text, start, end, _CUT, _PART_WORDS):
            endless = len(text[left:right].split()) > _ENDLESS_WORDS
            found += _cut(text, left, right, _LOOSE_CUT, _LOOSE_WORDS) if endless else [(left, right)]
    return found


def _cut(text: str, start: int, end: int, where: re.Pattern[str], words: int) -> list[tuple[int, int]]:
    """[start, end) cut at the matches that leave at least so many words on both sides."""
    found: list[tuple[int, int]] = []
    left = start
    for cut in where.finditer(text, start, end):
        if min(len(text[left : cut.start()].split()), len(text[cut.end() : end].split())) >= words:
            found.append((left, cut.start()))
            left = cut.end()
    return [*found, (left, end)]
