"""Find the words that a sentence rests on, in the turns that its writer named.

A writer names turns, perhaps words; the places and times are found here, by code. Which turns prove the sentence is
decided by `evidence.check` alone: of several ways to quote them, the first that passes is taken.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scribe.notes import evidence, facts
from scribe.notes.drafting.base import DraftSentence, EvidenceSpan, Turn
from scribe.notes.drafting.dialogue import clauses
from scribe.notes.spans import TurnBook

Place = tuple[int, int, int]
# A turn of so few words is quoted whole.
_SHORT = 8
_SHORTEST_QUOTE = 4


@dataclass(frozen=True)
class Claim:
    """A sentence as a model wrote it: its text, the turns it named, and the words it quoted."""

    text: str
    utterances: tuple[int, ...]
    quotes: tuple[str, ...] = ()


class Ground:
    """The turns of a consultation, to find evidence in."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.book = TurnBook(turns)
        numbers = [turn.number for turn in turns]
        self._after = dict(itertools.pairwise(numbers))
        self._before = {after: before for before, after in self._after.items()}

    def sentence(self, section_key: str, claim: Claim) -> DraftSentence:
        """The claim with its evidence: the first of the ways to quote that proves it, else the nearest way."""
        named = sorted({number for number in claim.utterances if number in self.book.turns})
        if not named:
            # Kept as they were named, for the checks to say that there are no such turns.
            nowhere = tuple(EvidenceSpan(number, 0, 0, "") for number in claim.utterances[:1])
            return DraftSentence(section_key, claim.text, nowhere)
        tries = [DraftSentence(section_key, claim.text, self._spans(way)) for way in self._ways(claim, named)]
        return min(tries, key=lambda sentence: len(evidence.check(sentence, self.book)))

    def _ways(self, claim: Claim, named: Sequence[int]) -> Iterator[set[Place]]:
        best = {place for number in named for place in self._best(number, claim)}
        yield best
        yield best | set(self._answers(named)) | set(self._questions(named))
        yield {(number, 0, len(self.book.turns[number].text)) for number in named}

    def _spans(self, places: set[Place]) -> tuple[EvidenceSpan, ...]:
        return tuple(self.book.span(*place) for place in sorted(places))

    def _best(self, number: int, claim: Claim) -> list[Place]:
        """The clauses of a turn that hold what is quoted or claimed, as few as say all that the turn says of it."""
        text = self.book.turns[number].text
        parts = clauses(text)
        if len(text.split()) <= _SHORT or len(parts) <= 1:
            return [(number, *part) for part in parts]
        chosen = {part for quote in claim.quotes for part in _holding(text, parts, quote)}
        wanted = _said_in(claim.text)
        wanted -= {each for start, end in chosen for each in _said_in(text[start:end])}
        for part in sorted(parts, key=lambda part: (-len(_said_in(text[slice(*part)]) & wanted), part)):
            news = _said_in(text[slice(*part)]) & wanted
            if news:
                chosen.add(part)
                wanted -= news
        # A reply like "No, never." shares no word with what it settles.
        return [(number, *part) for part in sorted(chosen or {parts[0]})]

    def _questions(self, named: Sequence[int]) -> Iterator[Place]:
        """The questions that the named turns answer."""
        for number in named:
            before = self._before.get(number)
            if before is not None and self._asks(before):
                yield (before, *clauses(self.book.turns[before].text)[-1])

    def _answers(self, named: Sequence[int]) -> Iterator[Place]:
        """The replies to the questions among the named turns."""
        for number in named:
            after = self._after.get(number)
            if after is not None and self._asks(number):
                parts = clauses(self.book.turns[after].text)
                yield from ((after, *part) for part in parts[:1])
                yield (number, *clauses(self.book.turns[number].text)[-1])

    def _asks(self, number: int) -> bool:
        return self.book.turns[number].text.rstrip("\"'” ").endswith("?")


def _said_in(text: str) -> set[str]:
    """What a piece of text could prove: its content words, numbers, medicines, sides, frequencies."""
    found = facts.of(text)
    return {stem for stem, _ in found.polarity} | found.numbers | found.exact


def _holding(text: str, parts: Sequence[tuple[int, int]], quote: str) -> list[tuple[int, int]]:
    words = quote.split()
    if len("".join(words)) < _SHORTEST_QUOTE:
        return []
    match = re.search(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE)
    if match is None:
        return []
    return [part for part in parts if part[0] < match.end() and part[1] > match.start()]
