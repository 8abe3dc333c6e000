"""Whether two wordings mean the same: only what stands in one line of `groups.txt` does."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """The wordings of each meaning, the plainest first."""
    return tuple(tuple(wording.removesuffix("*") for wording in line) for line in _lines())


@cache
def short_forms() -> dict[str, str]:
    """Each short form with the plainest wording of its meaning."""
    return {form.removesuffix("*"): line[0] for line in _lines() for form in line if form.endswith("*")}


@dataclass(frozen=True)
class Part:
    """Words [start, end) of a phrase, and the number of the group that they stand in."""

    group: int
    start: int
    end: int


def meaning(words: Sequence[str]) -> tuple[Part, ...] | None:
    """What the words mean, part by part; None where any word stands in no group."""
    found: list[Part] = []
    at = 0
    known, longest = _known()
    folded = [word.replace(_APOSTROPHE, "'").lower() for word in words]
    while at < len(folded):
        sizes = range(min(longest, len(folded) - at), 0, -1)
        size = next((size for size in sizes if " ".join(folded[at : at + size]) in known), 0)
        if not size:
            return None
        found.append(Part(known[" ".join(folded[at : at + size])], at, at + size))
        at += size
    return tuple(found) or None


def spelled_out(text: str) -> str:
    """The text without short forms."""
    for form, plain in short_forms().items():
        text = re.sub(rf"(?<![\w/&'-]){_pattern(form)}(?![\w/&'-])", _written_like(form, plain), text)
    return text


def _pattern(form: str) -> str:
    """`BP` only as it is written; `pt` at the beginning of a sentence too."""
    return re.escape(form) if form != form.lower() else f"(?:{re.escape(form)}|{re.escape(form.capitalize())})"


def _written_like(form: str, plain: str) -> Callable[[re.Match[str]], str]:
    return lambda match: plain[0].upper() + plain[1:] if match[0] != form else plain


@cache
def _known() -> tuple[dict[str, int], int]:
    known = {wording.lower(): number for number, group in enumerate(groups()) for wording in group}
    return known, max(len(wording.split()) for wording in known)


@cache
def _lines() -> tuple[tuple[str, ...], ...]:
    lines = resources.files(__package__).joinpath("groups.txt").read_text("utf-8").splitlines()
    return tuple(
        tuple(part.strip() for part in line.split("|")) for line in lines if line.strip() and not line.startswith("#")
    )
