"""Whether words were said: in the same form or another form of the same word, and no longer by a rough stem alone."""

from collections.abc import Container, Sequence
from itertools import takewhile

from scribe.notes import facts

# What may differ between two forms of a word, behind what they share.
_ENDINGS = frozenset(
    """s es ed d ing e er ers y ies ied ier ily ly ic ical al ally ion ions ation ations ment ments ful ive ous able or
    en ens ened ening t n ness is iness ity ance ence ant ent ate ated ating ption be bed bing""".split()
) | {""}
_DOUBLED = 2


def unsaid(text: str, quotes: Sequence[str], *, but: Container[str]) -> list[str]:
    """The content words of a text of which no form is in the quotes; numbers and their units are checked elsewhere."""
    said: dict[str, set[str]] = {}
    for quote in quotes:
        for word in facts.content_words(quote):
            said.setdefault(facts.stem(word), set()).add(word)
    return [
        word
        for word in facts.content_words(text)
        if (stem := facts.stem(word)) not in but and not any(_same(word, other) for other in said.get(stem, ()))
    ]


def _same(word: str, other: str) -> bool:
    """Whether two words with one rough stem are forms of one word: not cancer and cancel."""
    word, other = word.removesuffix("'s"), other.removesuffix("'s")
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return all(_is_ending(each, shared) for each in (word, other))


def _is_ending(word: str, at: int) -> bool:
    ending = word[at:]
    # `stopped` and `stop`: a letter that is only doubled.
    doubled = len(ending) >= _DOUBLED and ending[0] == word[at - 1]
    return ending in _ENDINGS or (doubled and ending[1:] in _ENDINGS)
