"""A turn's words after a person has corrected its text."""

from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz.distance import Levenshtein

# [text, start_ms, end_ms, probability], as the database holds it.
Stored = list[Any]
# What a person typed is not in doubt.
_CERTAIN = 1.0


def realigned(old: Sequence[Stored], text: str, start_ms: int, end_ms: int) -> list[Stored]:
    """The new text's words with times: words that stayed keep theirs, new ones share the time of what they replace."""
    new = text.split()
    before, after = [_bare(str(word[0])) for word in old], [_bare(word) for word in new]
    words: list[Stored] = []
    for block in Levenshtein.opcodes(before, after):
        if block.tag == "equal":
            kept = zip(old[block.src_start : block.src_end], new[block.dest_start : block.dest_end], strict=True)
            words += [[typed, word[1], word[2], word[3]] for word, typed in kept]
        elif block.tag != "delete":
            replaced = old[block.src_start : block.src_end]
            first = replaced[0][1] if replaced else old[block.src_start - 1][2] if block.src_start else start_ms
            last = replaced[-1][2] if replaced else old[block.src_end][1] if block.src_end < len(old) else end_ms
            words += _spread(new[block.dest_start : block.dest_end], int(first), max(int(first), int(last)))
    return words


def _spread(texts: list[str], start_ms: int, end_ms: int) -> Iterator[Stored]:
    total, at = sum(len(text) for text in texts), 0
    for text in texts:
        start = start_ms + (end_ms - start_ms) * at // total
        at += len(text)
        yield [text, start, start_ms + (end_ms - start_ms) * at // total, _CERTAIN]


def _bare(word: str) -> str:
    """Without case and punctuation: a comma that was added does not make it another word."""
    return "".join(sign for sign in word.casefold() if sign.isalnum()) or word
