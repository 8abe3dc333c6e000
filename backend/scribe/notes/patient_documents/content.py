"""What a version of a document holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scribe.notes.content import NoteSentence, Origin
from scribe.notes.patient_documents import layout
from scribe.notes.patient_documents.base import WrittenSentence
from scribe.notes.patient_documents.models import DocumentKind
from scribe.notes.rematch import rematch


@dataclass(frozen=True)
class DocumentSentence:
    """A sentence, who wrote it, and what of the signed note it rests on."""

    id: str
    text: str
    origin: Origin
    author_id: str | None = None
    sources: tuple[str, ...] = ()
    is_framing: bool = False


@dataclass(frozen=True)
class DocumentSection:
    """A section with its sentences."""

    key: str
    title: str
    sentences: tuple[DocumentSentence, ...] = ()


@dataclass(frozen=True)
class DocumentContent:
    """A whole document."""

    sections: tuple[DocumentSection, ...]

    def section(self, key: str) -> DocumentSection | None:
        """The section of that key."""
        return next((section for section in self.sections if section.key == key), None)

    def with_section(self, key: str, sentences: tuple[DocumentSentence, ...]) -> "DocumentContent":
        """The document with one section's sentences exchanged."""
        return DocumentContent(
            tuple(replace(each, sentences=sentences) if each.key == key else each for each in self.sections)
        )

    def sentences(self) -> Iterator[DocumentSentence]:
        """All sentences in order."""
        for section in self.sections:
            yield from section.sentences


def drafted(kind: DocumentKind, written: Sequence[WrittenSentence], make_id: Callable[[], str]) -> DocumentContent:
    """A drafter's sentences as a document."""
    return DocumentContent(
        tuple(
            DocumentSection(
                key,
                title,
                tuple(
                    DocumentSentence(make_id(), each.text, "ai", None, each.sources, each.is_framing)
                    for each in written
                    if each.section_key == key
                ),
            )
            for key, title in layout.sections(kind)
        )
    )


def edited(
    before: Sequence[DocumentSentence], text: str, *, author_id: str, make_id: Callable[[], str]
) -> tuple[DocumentSentence, ...]:
    """A section after it was typed in: lines find back to their sentences, and so to what these rest on."""
    known = {sentence.id: sentence for sentence in before}
    lines = [NoteSentence(each.id, each.text, each.origin, each.author_id) for each in before]
    return tuple(
        replace(known[line.id], text=line.text, origin=line.origin, author_id=line.author_id)
        if line.id in known
        else DocumentSentence(line.id, line.text, "added", author_id)
        for line in rematch(lines, text, author_id=author_id, make_id=make_id)
    )


def to_json(content: DocumentContent) -> dict[str, Any]:
    """As it is stored (`PatientDocumentVersion.content`)."""
    return {
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "sentences": [{**vars(sentence), "sources": list(sentence.sources)} for sentence in section.sentences],
            }
            for section in content.sections
        ]
    }


def from_json(stored: dict[str, Any]) -> DocumentContent:
    """The inverse of `to_json`."""
    return DocumentContent(
        tuple(
            DocumentSection(
                section["key"],
                section["title"],
                tuple(
                    DocumentSentence(**{**sentence, "sources": tuple(sentence["sources"])})
                    for sentence in section["sentences"]
                ),
            )
            for section in stored["sections"]
        )
    )
