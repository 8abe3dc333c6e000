"""What the pages of docs/ tell an operator to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
OPERATIONS = DOCS / "operations"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "deploy").rglob("*.md")))

# `scribe ops drill`, `python -m scribe.cli ...`; a container of Scribe's image that runs one; install.md's shorthand.
_OURS = (
    re.compile(r"(?:^|[\s(])scribe(?:\.cli)? ([a-z].*)"),
    re.compile(r"\brun --rm .*?\b(?:backend|worker|backup)\s+([a-z].*)"),
    re.compile(r"^\s*ops (?=[a-z])(.*)"),
)
_MAKE = re.compile(r"(?:^|\s)make ([a-z-]+)")
_FENCE = re.compile(r"^(?: *|\d+\. )```.*?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# What another program says.
_SUBSTITUTED = re.compile(r'"\$\(.*?\)"')


@dataclass(frozen=True)
class Typed:
    """A command line of ours, without the program."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def code(page: Path) -> Iterator[str]:
    """The lines of a page that are code; continued ones are one."""
    text = page.read_text()
    for block in _FENCE.findall(text):
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", _FENCE.sub("", text))


def typed(page: Path) -> Iterator[Typed]:
    """Scribe's own commands on the page."""
    for line in code(page):
        plain = _SUBSTITUTED.sub("GIVEN", line.replace("\n", " ").split("#")[0])
        for pattern in _OURS:
            if found := pattern.search(plain):
                rest = re.split(r"[|;<>]|&&|\d>", found[1])[0].replace("[", "").replace("]", "")
                words = ("ops", *rest.split()) if pattern is _OURS[-1] else tuple(rest.split())
                yield Typed(page.relative_to(ROOT).as_posix(), words)
                break


def targets(page: Path) -> Iterator[str]:
    """What the page says to make."""
    for line in code(page):
        yield from _MAKE.findall(line)
