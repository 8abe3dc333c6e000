"""Tagged PDF (PDF/UA-1), set by Typst. Data goes in as JSON; what anyone wrote is never read as markup."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import typst

from scribe.core.errors import Conflict

_LAYOUTS = Path(__file__).parent
_STANDARD: Literal["ua-1"] = "ua-1"
# Letters without width or ink; a line takes any number of them.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
# No script puts more marks on a letter, and no word is longer: what is, is no text, and Typst panics over it.
_MOST_MARKS, _LONGEST_PART = 8, 64
_PART = re.compile(rf"\S{{{_LONGEST_PART}}}(?=\S)")


class Unprintable(Conflict):
    """The note's text cannot be set."""

    code = "note_unprintable"
    message = "This note holds characters that cannot be printed. Nothing of it is lost; it can be read on the screen."


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


@dataclass(frozen=True)
class PatientPaper:
    """All that stands on a paper for the patient; `sections` hold what the note says, each as title and sentences."""

    title: str
    language: str
    clinic: str
    doctor: str
    is_draft: bool
    # Something that must be seen before the paper is relied upon.
    warning: str | None
    facts: tuple[Fact, ...]
    opening: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    closing: tuple[str, ...]
    # A letter runs on, a summary is a list.
    is_list: bool
    footer: str
    words: dict[str, str]


def render(document: Document | PatientPaper, *, at: datetime) -> bytes:
    """The PDF's bytes; on one machine the same document at the same time gives the same bytes.

    PDF/UA-1 refuses characters that no font has. The fonts of the typst wheel (Latin, Greek, Cyrillic, Hebrew) come
    first, then the machine's; a note in a script that neither has is still printed, tagged but without the claim.
    """
    data = json.dumps(_printable(asdict(document)), ensure_ascii=False)
    layout = _LAYOUTS / ("note.typ" if isinstance(document, Document) else "patient.typ")
    ways: tuple[tuple[Literal["ua-1"] | None, bool], ...] = ((_STANDARD, True), (_STANDARD, False), (None, False))
    for standard, own_fonts_only in ways:
        try:
            return _compile(layout, data, at, standard, own_fonts_only=own_fonts_only)
        except BaseException as error:
            # A panic in Rust is no Exception; left alone it passes by every handler of the service.
            if not isinstance(error, typst.TypstError) and type(error).__name__ != "PanicException":
                raise
    raise Unprintable


def _compile(layout: Path, data: str, at: datetime, standard: Literal["ua-1"] | None, *, own_fonts_only: bool) -> bytes:
    pdf: bytes = typst.compile(
        layout,
        root=_LAYOUTS,
        format="pdf",
        sys_inputs={"document": data},
        pdf_standards=[standard] if standard else [],
        ignore_system_fonts=own_fonts_only,
        timestamp=int(at.timestamp()),
    )
    return pdf


def _printable(value: object) -> object:
    """Without control characters, which no font can show, and without what is made to break a typesetter."""
    if isinstance(value, str):
        return _settable("".join(character if _has_shape(character) else " " for character in value))
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value


def _has_shape(character: str) -> bool:
    return character.isprintable() and character not in _FILLERS


def _settable(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return _PART.sub("\\g<0>\u200b", "".join(kept))
