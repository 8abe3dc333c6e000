"""From a place in an utterance's text to the time in which it was said, and to whom."""

from collections.abc import Iterable

from scribe.notes import addressing
from scribe.notes.drafting.base import EvidenceSpan, Turn
from scribe.transcription.models import SpeakerRole

Placed = tuple[int, int, int, int]
# A known voice that goes on after so short a pause still speaks to the same ears.
_SAME_BREATH_MS = 4000
_KNOWN = frozenset({SpeakerRole.CLINICIAN, SpeakerRole.PATIENT})


class TurnBook:
    """The turns of a consultation by number, with each word's place in its turn's text."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self.turns = {turn.number: turn for turn in turns}
        self._placed: dict[int, list[Placed]] = {}
        self._addressed: dict[int, int] | None = None

    def span(self, number: int, start: int, end: int) -> EvidenceSpan:
        """Evidence for the characters [start, end) of a turn."""
        turn = self.turns[number]
        start_ms, end_ms = self.times(number, start, end)
        return EvidenceSpan(utterance=number, start_ms=start_ms, end_ms=end_ms, quote=turn.text[start:end])

    def times(self, number: int, start: int, end: int) -> tuple[int, int]:
        """When those characters were said; the whole turn's time where its words have none."""
        turn = self.turns[number]
        words = [word for word in self._words(turn) if word[1] > start and word[0] < end]
        if not words:
            return turn.start_ms, turn.end_ms
        return words[0][2], words[-1][3]

    def addressed_from(self, number: int) -> int | None:
        """The character of a turn from which on somebody speaks to the scribe itself; None where nobody does."""
        if self._addressed is None:
            self._addressed = _addressed(self.turns.values())
        return self._addressed.get(number)

    def _words(self, turn: Turn) -> list[Placed]:
        if turn.number not in self._placed:
            self._placed[turn.number] = _place(turn)
        return self._placed[turn.number]


def _place(turn: Turn) -> list[Placed]:
    """(first character, one past the last, start_ms, end_ms) of each word that the text still holds, in order."""
    placed: list[Placed] = []
    lowered, cursor = turn.text.lower(), 0
    for text, start_ms, end_ms, _probability in turn.words:
        bare = text.strip().lower()
        at = lowered.find(bare, cursor) if bare else -1
        if at >= 0:
            cursor = at + len(bare)
            placed.append((at, cursor, start_ms, end_ms))
    return placed


def _addressed(turns: Iterable[Turn]) -> dict[int, int]:
    found: dict[int, int] = {}
    before: Turn | None = None
    for turn in turns:
        at = addressing.addressed_from(turn.text)
        goes_on = before is not None and _goes_on(before, turn)
        if before is not None and goes_on and before.number in found:
            found[turn.number] = 0
        elif at is not None:
            found[turn.number] = at
            if before is not None and goes_on and addressing.speaks_of_the_words_before(turn.text):
                found[before.number] = addressing.last_sentence(before.text)
        before = turn
    return found


def _goes_on(before: Turn, turn: Turn) -> bool:
    is_near = turn.start_ms - before.end_ms <= _SAME_BREATH_MS
    return is_near and turn.role is before.role and turn.role in _KNOWN and bool(before.text.strip())
