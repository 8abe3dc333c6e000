"""Where sentences begin and end in what was said."""

import re

_END = re.compile(r"[.?!]+[\"”']?(?=\s|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:dr|mr|mrs|ms|st|vs|approx|e\.g|i\.e)|\.\.)\.$", re.IGNORECASE)


def spans(text: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence, without the white space around it."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text[start : match.end()]):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentences that the characters [start, end) belong to, whole."""
    touching = [span for span in spans(text) if span[0] < end and span[1] > start]
    return (touching[0][0], touching[-1][1]) if touching else (start, end)


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    if right > left:
        found.append((left, right))
