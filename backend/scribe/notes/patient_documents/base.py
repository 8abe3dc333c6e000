"""The seam to what writes a document for the patient."""

from dataclasses import dataclass, field
from typing import Protocol

from scribe.notes.drafting.base import Notice, Spent
from scribe.notes.evidence import Problem
from scribe.notes.patient_documents.models import DocumentKind
from scribe.notes.templates import SectionKind


@dataclass(frozen=True)
class Source:
    """A sentence of the signed note, or of an addendum (`kind` None), that a document may rest on."""

    id: str
    kind: SectionKind | None
    text: str


@dataclass(frozen=True)
class Visit:
    """All that a document is made from, and nothing else."""

    kind: DocumentKind
    patient: str
    doctor: str
    clinic: str
    # The day of the visit as the patient knows it, written out.
    on: str
    language: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class WrittenSentence:
    """A sentence and the ids of what it rests on: never none, but for fixed framing like a greeting."""

    section_key: str
    text: str
    sources: tuple[str, ...] = ()
    is_framing: bool = False


@dataclass(frozen=True)
class Withheld:
    """A sentence that stays out of the document, and the checks that it failed."""

    section_key: str
    text: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Written:
    """A whole document as it was drafted, its sentences in the order of the sections."""

    sentences: tuple[WrittenSentence, ...]
    withheld: tuple[Withheld, ...] = ()
    notices: tuple[Notice, ...] = ()
    spent: Spent = field(default_factory=Spent)


class DocumentWriter(Protocol):
    """Sentences of a signed note in, sentences for its patient out."""

    @property
    def name(self) -> str:
        """What the version says of who drafted it."""
        ...

    def write(self, visit: Visit) -> Written:
        """The document; every sentence but the framing has passed `checking.check` against what it names."""
        ...
