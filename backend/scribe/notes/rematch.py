"""Find out which lines of an edited section are which sentences, so that no client can forge evidence.

A line that did not change is its sentence, evidence and all. A line that changed a little is its sentence, edited.
Any other line is new and has no evidence.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from scribe.notes import facts
from scribe.notes.content import NoteSentence, Origin

# At least this alike in letters (0..100), and sharing this part of the content words of the shorter one.
ALIKE, SHARED = 55.0, 0.5
# So many changed lines times lost sentences are compared. An edit of so much is no edit: its lines are new.
MOST_PAIRS = 250_000


def rematch(
    previous: Sequence[NoteSentence],
    text: str,
    *,
    author_id: str,
    make_id: Callable[[], str],
    earlier: Sequence[NoteSentence] = (),
) -> tuple[NoteSentence, ...]:
    """The section's sentences after the edit.

    `earlier` are sentences of older versions: a line that was deleted and typed (or undone) back word by word is
    that sentence again.
    """
    lines = lines_of(text)
    matched: list[NoteSentence | None] = [None] * len(lines)
    left = _match_in_order(lines, previous, matched)
    left = _match_anywhere(lines, left, matched)
    _match_alike(lines, left, matched, author_id)
    used = {sentence.id for sentence in matched if sentence is not None}
    _match_anywhere(lines, _unused(earlier, used), matched)
    return tuple(
        sentence if sentence is not None else NoteSentence(make_id(), line, "added", author_id)
        for line, sentence in zip(lines, matched, strict=True)
    )


def lines_of(text: str) -> list[str]:
    """The lines that hold something, each without the white space around it and with single spaces inside."""
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def _unused(earlier: Sequence[NoteSentence], used: set[str]) -> list[NoteSentence]:
    newest_of_each: dict[str, NoteSentence] = {}
    for sentence in earlier:
        if sentence.id not in used:
            newest_of_each.setdefault(sentence.text, sentence)
    kept: dict[str, NoteSentence] = {}
    for sentence in newest_of_each.values():
        kept.setdefault(sentence.id, sentence)
    return list(kept.values())


def _match_in_order(
    lines: Sequence[str], previous: Sequence[NoteSentence], matched: list[NoteSentence | None]
) -> list[NoteSentence]:
    """Match the longest common subsequence of unchanged lines; what is left of the previous sentences comes back."""
    blocks = Indel.opcodes(lines, [sentence.text for sentence in previous])
    pairs = [
        (block.src_start + step, block.dest_start + step)
        for block in blocks
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]
    for row, column in pairs:
        matched[row] = previous[column]
    taken = {column for _, column in pairs}
    return [sentence for column, sentence in enumerate(previous) if column not in taken]


def _match_anywhere(
    lines: Sequence[str], left: Sequence[NoteSentence], matched: list[NoteSentence | None]
) -> list[NoteSentence]:
    """Match unchanged lines that were moved."""
    places: dict[str, list[int]] = {}
    for place in range(len(left) - 1, -1, -1):
        places.setdefault(left[place].text, []).append(place)
    taken = set()
    for row, line in enumerate(lines):
        if matched[row] is None and places.get(line):
            place = places[line].pop()
            matched[row] = left[place]
            taken.add(place)
    return [sentence for place, sentence in enumerate(left) if place not in taken]


def _match_alike(
    lines: Sequence[str], left: Sequence[NoteSentence], matched: list[NoteSentence | None], author_id: str
) -> None:
    """Match changed lines to what they were, in order, the most alike over all."""
    rows = [row for row in range(len(lines)) if matched[row] is None]
    if len(rows) * len(left) > MOST_PAIRS:
        return
    pairs = _aligned([lines[row] for row in rows], left)
    for position, column in pairs:
        row, before = rows[position], left[column]
        origin: Origin = "added" if before.origin == "added" else "edited"
        matched[row] = replace(before, text=lines[row], origin=origin, author_id=author_id)


def is_alike(line: str, text: str) -> bool:
    """Whether two lines are versions of one another."""
    return _Likeness().of(line, text) > 0


class _Likeness:
    """How alike a line and a sentence are, 0..1; what each text holds is looked up once."""

    def __init__(self) -> None:
        self._content, self._terms = cache(_content_words), cache(_terms)

    def of(self, line: str, text: str) -> float:
        letters = fuzz.ratio(line.lower(), text.lower())
        if letters < ALIKE:
            return 0.0
        ours, theirs = self._content(line), self._content(text)
        if not ours or not theirs or len(ours & theirs) < SHARED * min(len(ours), len(theirs)):
            return 0.0
        terms, others = self._terms(line), self._terms(text)
        if terms and others and not terms & others:
            # The same mould about something else: "Denies a recent fever." is no edit of "Denies a recent cough."
            return 0.0
        return letters / 100


def _terms(text: str) -> set[str]:
    return facts.named(text, "symptoms", "conditions", "drugs", "investigations", "anatomy")


def _content_words(text: str) -> set[str]:
    return {facts.stem(token) for token in facts.tokens(text) if facts.is_content(token)} - _STYLE


_STYLE = {facts.stem(word) for word in ("patient", "reports", "states", "asked", "advised", "clinician", "about")}


def _aligned(lines: Sequence[str], sentences: Sequence[NoteSentence]) -> list[tuple[int, int]]:
    """The order-preserving pairs of highest total likeness (Needleman and Wunsch 1970, gaps free)."""
    likeness = _Likeness()
    values = [[likeness.of(line, sentence.text) for sentence in sentences] for line in lines]
    best = [[0.0] * (len(sentences) + 1) for _ in range(len(lines) + 1)]
    for row in range(len(lines) - 1, -1, -1):
        for column in range(len(sentences) - 1, -1, -1):
            here = values[row][column]
            paired = best[row + 1][column + 1] + here if here else 0.0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < len(lines) and column < len(sentences):
        here = values[row][column]
        if here and best[row][column] == best[row + 1][column + 1] + here:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs
