"""Word lists of the clinic: medicines, symptoms, conditions, parts of the body, investigations."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_WORD = re.compile(r"[a-z0-9][a-z0-9'\-]*|[^\sa-z0-9]")


class Lexicon:
    """A set of words and phrases that can be found in text."""

    def __init__(self, entries: frozenset[str]) -> None:
        self.entries = entries
        self._vocabulary = frozenset(word for entry in entries for word in entry.split())
        self._longest = max(len(entry.split()) for entry in entries)

    def found(self, text: str) -> list[str]:
        """Every entry in the text, lower case, in order; of overlapping ones the longest."""
        return list(self._each(text))

    def has(self, text: str) -> bool:
        """Whether any entry stands in the text."""
        return next(self._each(text), None) is not None

    def _each(self, text: str) -> Iterator[str]:
        words = [self._bare(word) for word in _WORD.findall(text.lower().replace(_APOSTROPHE, "'"))]
        at = 0
        while at < len(words):
            size = self._size_at(words, at)
            if size:
                yield " ".join(words[at : at + size])
            at += max(1, size)

    def _size_at(self, words: list[str], at: int) -> int:
        if words[at] not in self._vocabulary:
            return 0
        most = min(self._longest, len(words) - at)
        return next((size for size in range(most, 0, -1) if " ".join(words[at : at + size]) in self.entries), 0)

    def _bare(self, word: str) -> str:
        return word if word in self._vocabulary else word.rstrip("-'").removesuffix("'s")


@cache
def load(name: str) -> Lexicon:
    """The list of that name: entries between commas or line ends, lines with # are comments."""
    lines = resources.files(__name__).joinpath(f"{name}.txt").read_text("utf-8").splitlines()
    entries = {entry.strip().lower() for line in lines if not line.startswith("#") for entry in line.split(",")} - {""}
    return Lexicon(frozenset(entries))
