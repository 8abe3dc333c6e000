"""No sentence without a source, here too: the checks of a note, with the signed note in the transcript's place."""

from collections.abc import Iterable, Sequence

from scribe.notes import evidence
from scribe.notes.drafting.base import DraftSentence, EvidenceSpan, Turn
from scribe.notes.evidence import Problem
from scribe.notes.patient_documents.base import Source
from scribe.notes.patient_documents.plain_words import in_plain_words
from scribe.notes.spans import TurnBook
from scribe.notes.wordings.meaning import spelled_out
from scribe.transcription.models import SpeakerRole

# A source's plain words stand this far behind the source itself.
_PLAIN = 1_000_000


class Ground:
    """The sentences that a document may rest on, as the checks know them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._numbers = {source.id: number for number, source in enumerate(sources)}
        self._turns = [turn for number, source in enumerate(sources) for turn in _turns(number, source.text)]
        self._book = TurnBook(self._turns)

    def check(self, text: str, sources: Iterable[str], *, by_rules: bool = False) -> tuple[Problem, ...]:
        """The checks that a sentence fails; none means that the sources that it names prove it.

        What rules wrote may hold a word of theirs; what a model wrote holds none that the sources do not.
        """
        numbers = [self._numbers.get(source, -1) for source in sources]
        if -1 in numbers:
            return (Problem.UNKNOWN_UTTERANCE,)
        spans = [
            EvidenceSpan(turn.number, 0, 0, turn.text)
            for number in numbers
            for turn in self._turns
            if turn.number in (number, number + _PLAIN)
        ]
        return evidence.check(DraftSentence("", text, tuple(spans), by_rules=by_rules), self._book)


def _turns(number: int, text: str) -> list[Turn]:
    """A source, and beside it the same in plain words: what either says may be said."""
    plain = in_plain_words(spelled_out(text))
    return [_turn(number, text)] + ([_turn(number + _PLAIN, plain)] if plain != text else [])


def _turn(number: int, text: str) -> Turn:
    return Turn(number, SpeakerRole.UNKNOWN, 0, 0, text, ())
