"""What a doctor changes in a draft's wording, where nothing but the wording changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from scribe.notes.wordings.meaning import meaning

# So many words on either side may belong to the wording that was changed ("history of" to "hx of").
_AROUND = 3
_LONGEST = 6
_WORD = re.compile(r"^([\"“(]*)(.*?)([.,;:!?\"”)]*)$")


@dataclass(frozen=True, order=True)
class Replacement:
    """One wording put in another's place."""

    instead_of: str
    write: str

    @property
    def undone(self) -> "Replacement":
        """The way back."""
        return Replacement(self.write, self.instead_of)


def replacements(before: str, after: str, *, never: frozenset[str] = frozenset()) -> set[Replacement]:
    """The wordings that were exchanged for others of the same meaning. Words in `never` (names) are in none."""
    old, new = before.split(), after.split()
    found: set[Replacement] = set()
    for start, end, first, last in _changed(old, new):
        for left, right in _contexts():
            here, there = old[max(0, start - left) : end + right], new[max(0, first - left) : last + right]
            learned = _same_meaning(here, there, never)
            if learned:
                found |= learned
                break
    return found


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """[start, end) in the old words and in the new, of each stretch that differs."""
    open_at: tuple[int, int] | None = None
    for block in Indel.opcodes(old, new):
        if block.tag != "equal" and open_at is None:
            open_at = (block.src_start, block.dest_start)
        elif block.tag == "equal" and open_at is not None:
            yield open_at[0], block.src_start, open_at[1], block.dest_start
            open_at = None
    if open_at is not None:
        yield open_at[0], len(old), open_at[1], len(new)


def _contexts() -> Iterator[tuple[int, int]]:
    """How far to look to the left and to the right, the nearest first."""
    pairs = ((left, right) for left in range(_AROUND + 1) for right in range(_AROUND + 1))
    return iter(sorted(pairs, key=lambda pair: (sum(pair), pair)))


def _same_meaning(here: Sequence[str], there: Sequence[str], never: frozenset[str]) -> set[Replacement]:
    """What was exchanged, meaning by meaning; nothing where the two do not mean the same in the same order."""
    ours, theirs = _bare(here), _bare(there)
    if ours is None or theirs is None or ours[1:] != theirs[1:]:
        return set()
    words, others = ours[0], theirs[0]
    if len(words) > _LONGEST or len(others) > _LONGEST or never & {word.lower() for word in (*words, *others)}:
        return set()
    said, instead = meaning(words), meaning(others)
    if said is None or instead is None or [part.group for part in said] != [part.group for part in instead]:
        return set()
    pairs = (
        (_folded(words[one.start : one.end]), _folded(others[other.start : other.end]))
        for one, other in zip(said, instead, strict=True)
    )
    return {Replacement(before, after) for before, after in pairs if before.lower() != after.lower()}


def _bare(words: Sequence[str]) -> tuple[list[str], str, str] | None:
    """The words without the marks around all of them, and these marks; None where a mark stands between."""
    parts = [_WORD.fullmatch(word) for word in words]
    if not parts or any(part is None for part in parts):
        return None
    marks = [(part[1], part[3]) for part in parts if part is not None]
    between = [*(after for _, after in marks[:-1]), *(before for before, _ in marks[1:])]
    if any(between):
        return None
    return [part[2] for part in parts if part is not None], marks[0][0], marks[-1][1]


def _folded(words: Sequence[str]) -> str:
    """As it stands within a sentence: `Pt` is `pt`, and `BP` stays."""
    return " ".join(
        word if word.startswith(("I'", "I\N{RIGHT SINGLE QUOTATION MARK}")) else _small(word) for word in words
    )


def _small(word: str) -> str:
    return word.lower() if len(word) > 1 and word[1:] == word[1:].lower() else word
