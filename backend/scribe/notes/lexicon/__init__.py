"""Word lists of the clinic: medicines, symptoms, conditions, parts of the body, investigations."""

import re
from functools import cache
from importlib import resources


class Lexicon:
    """A set of words and phrases that can be found in text."""

    def __init__(self, entries: frozenset[str]) -> None:
        self.entries = entries
        longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
        self._pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(re.escape(entry) for entry in longest_first) + r")(?![\w-])", re.IGNORECASE
        )

    def found(self, text: str) -> list[str]:
        """Every entry in the text, lower case, in order."""
        return [
            match.group().lower()
            for match in self._pattern.finditer(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        ]

    def has(self, text: str) -> bool:
        """Whether any entry stands in the text."""
        return self._pattern.search(text) is not None


@cache
def load(name: str) -> Lexicon:
    """The list of that name: entries between commas or line ends, lines with # are comments."""
    lines = resources.files(__name__).joinpath(f"{name}.txt").read_text("utf-8").splitlines()
    entries = {entry.strip().lower() for line in lines if not line.startswith("#") for entry in line.split(",")} - {""}
    return Lexicon(frozenset(entries))
