"""A note as a tagged PDF (PDF/UA-1), set by Typst. Data goes in as JSON; note text is never read as markup."""

import contextlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import typst

_LAYOUT = Path(__file__).with_name("note.typ")
_STANDARD: Literal["ua-1"] = "ua-1"


@dataclass(frozen=True)
class Fact:
    """A labelled line of the head: patient, date, doctor."""

    label: str
    value: str


@dataclass(frozen=True)
class PrintedSentence:
    """A sentence, when its words were said, and a mark where it has no source or was changed."""

    text: str
    times: tuple[str, ...]
    mark: str | None


@dataclass(frozen=True)
class PrintedSection:
    """A section and its sentences."""

    title: str
    sentences: tuple[PrintedSentence, ...]


@dataclass(frozen=True)
class PrintedSignature:
    """Who confirmed what, when, over which content."""

    name: str
    at: str
    attestation: str
    seal: str


@dataclass(frozen=True)
class PrintedAddendum:
    """What was added after the signature."""

    name: str
    at: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """All that stands on paper."""

    title: str
    language: str
    clinic: str
    doctor: str
    is_draft: bool
    facts: tuple[Fact, ...]
    sections: tuple[PrintedSection, ...]
    signature: PrintedSignature | None
    addenda: tuple[PrintedAddendum, ...]
    footer: str
    legend: str
    words: dict[str, str]


def render(document: Document, *, at: datetime) -> bytes:
    """The PDF's bytes; on one machine the same document at the same time gives the same bytes.

    PDF/UA-1 refuses characters that no font has. The fonts of the typst wheel (Latin, Greek, Cyrillic, Hebrew) come
    first, then the machine's; a note in a script that neither has is still printed, tagged but without the claim.
    """
    data = json.dumps(_printable(asdict(document)), ensure_ascii=False)
    for own_fonts_only in (True, False):
        with contextlib.suppress(typst.TypstError):
            return _compile(data, at, _STANDARD, own_fonts_only=own_fonts_only)
    return _compile(data, at, None, own_fonts_only=False)


def _compile(data: str, at: datetime, standard: Literal["ua-1"] | None, *, own_fonts_only: bool) -> bytes:
    pdf: bytes = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        format="pdf",
        sys_inputs={"note": data},
        pdf_standards=[standard] if standard else [],
        ignore_system_fonts=own_fonts_only,
        timestamp=int(at.timestamp()),
    )
    return pdf


def _printable(value: object) -> object:
    """Without control characters, which no font can show."""
    if isinstance(value, str):
        return "".join(character if character.isprintable() else " " for character in value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value
