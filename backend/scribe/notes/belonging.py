"""What belongs to what: a dose to its medicine, what is done to what it is done with, a side to its part of the body.

Both of two doses may have been said, and yet be swapped in a sentence that rests on both.
"""

import re
from collections.abc import Iterator, Sequence

from scribe.notes import facts, lexicon, opposites

_ENDS = frozenset(".;:?!")
_JOINS = frozenset({",", "and", "or", "then", "plus"})
_FREQUENCIES = frozenset("once twice thrice daily nightly weekly monthly hourly".split())
_SIDES = frozenset({"left", "right", "bilateral", "left-sided", "right-sided"})
# So many words may stand between a number and the medicine after it ("20 milligrams of lisinopril").
_AHEAD = 3
# So many between a side and its part of the body, before it and after it.
_SIDE_AHEAD, _SIDE_BEHIND = 3, 5


def swaps_doses(claim: str, sources: Sequence[str]) -> bool:
    """Whether a sentence gives a medicine a number or frequency that only another medicine was said with."""
    said, loose = set[tuple[str, str]](), set[str]()
    for source in sources:
        for words in _sentences(source):
            amounts, medicines = _amounts(words), _medicines(words)
            if not medicines:
                loose |= {amount for _, amount in amounts}
            said |= {(medicine, amount) for at, amount in amounts for medicine in _near(at, words, medicines)}
    claimed = {
        (medicine, amount)
        for words in _sentences(claim)
        for at, amount in _amounts(words)
        for medicine in list(_near(at, words, _medicines(words)))[:1]
    }
    return any(amount not in loose and (medicine, amount) not in said for medicine, amount in claimed)


def swaps_actions(claim: str, sources: Sequence[str]) -> bool:
    """Whether a sentence starts, stops or changes a medicine where that was said of another one only."""
    said, loose = set[tuple[str, str]](), set[str]()
    for source in sources:
        for words in _sentences(source):
            done = _done(words)
            said |= done
            loose |= set() if done else {each for word in words if (each := opposites.action(word))}
    claimed = {pair for words in _sentences(claim) for pair in _done(words)}
    return any(action not in loose and (medicine, action) not in said for medicine, action in claimed)


def swaps_sides(claim: str, sources: Sequence[str]) -> bool:
    """Whether a sentence gives a part of the body a side that only another part was said with."""
    said, loose = set[tuple[str, str]](), set[str]()
    for source in sources:
        for words in _sentences(source):
            sides, parts = _sides(words), _parts(words)
            loose |= set() if parts else {side for _, side in sides}
            said |= {(part, side) for at, side in sides for part in _nearest(at, parts)}
    claimed = {
        (part, side)
        for words in _sentences(claim)
        for at, side in _sides(words)
        for place, part in _parts(words)
        if -_SIDE_BEHIND <= place - at <= _SIDE_AHEAD
    }
    by_side = {side for _, side in claimed}
    return any(side not in loose and not {pair for pair in claimed if pair[1] == side} & said for side in by_side)


def _sentences(text: str) -> Iterator[list[str]]:
    words: list[str] = []
    for token in facts.tokens(text):
        if token in _ENDS:
            yield words
            words = []
        else:
            words.append(token)
    yield words


def _done(words: Sequence[str]) -> set[tuple[str, str]]:
    """Each medicine with what is done with it: the action before it, else the first one after."""
    actions = [(at, action) for at, word in enumerate(words) if (action := opposites.action(word)) is not None]
    found: set[tuple[str, str]] = set()
    for place, medicine in _medicines(words):
        before = [action for at, action in actions if at < place]
        after = [action for at, action in actions if at > place]
        found |= {(medicine, action) for action in before[-1:] or after[:1]}
    return found


def _amounts(words: Sequence[str]) -> list[tuple[int, str]]:
    """Numbers (as the facts read them) and frequencies, each with its place."""
    found = [(at, word) for at, word in enumerate(words) if word in _FREQUENCIES]
    for at, word in enumerate(words):
        if word[0].isdigit() or (word.isalpha() and facts.of(word).numbers):
            found += [(at, number) for number in facts.of(word).numbers]
    return found


def _medicines(words: Sequence[str]) -> list[tuple[int, str]]:
    return _places(words, "drugs")


def _sides(words: Sequence[str]) -> list[tuple[int, str]]:
    return [(at, word.removesuffix("-sided")) for at, word in enumerate(words) if word in _SIDES]


def _parts(words: Sequence[str]) -> list[tuple[int, str]]:
    return [(at, facts.stem(name.split()[-1])) for at, name in _places(words, "anatomy")]


def _places(words: Sequence[str], name: str) -> list[tuple[int, str]]:
    """Where the entries of a word list stand, by their first word."""
    found: list[tuple[int, str]] = []
    at = 0
    for entry in lexicon.load(name).found(" ".join(words)):
        first = re.split(r"[ '\-]", entry, maxsplit=1)[0]
        at = next((place for place in range(at, len(words)) if words[place].startswith(first)), at)
        found.append((at, entry))
    return found


def _nearest(at: int, parts: Sequence[tuple[int, str]]) -> set[str]:
    """The part that stands nearest to a side; both where two are as near."""
    least = min((abs(place - at) for place, _ in parts), default=0)
    return {part for place, part in parts if abs(place - at) == least}


def _near(at: int, words: Sequence[str], medicines: Sequence[tuple[int, str]]) -> Iterator[str]:
    """The medicines that a number may belong to: the one that closely follows it, and the last before it."""
    for place, medicine in medicines:
        if at < place <= at + _AHEAD and not _JOINS & set(words[at:place]):
            yield medicine
    before = [medicine for place, medicine in medicines if place < at]
    if before:
        yield before[-1]
    elif medicines:
        yield medicines[0][1]
