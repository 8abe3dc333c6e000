"""What a check found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """Wrong: Scribe would not run, or not safely. Caution: it would, and somebody should know."""

    level: Literal["wrong", "caution"]
    text: str


def wrong(text: str) -> Finding:
    """What must be mended first."""
    return Finding("wrong", text)


def caution(text: str) -> Finding:
    """What should be known."""
    return Finding("caution", text)
