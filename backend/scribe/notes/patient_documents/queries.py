"""Find documents and their versions, and what a document may rest on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from scribe.core.errors import NotFound
from scribe.notes import content as contents
from scribe.notes import queries as notes
from scribe.notes import sentences
from scribe.notes.models import Note, NoteTemplate
from scribe.notes.patient_documents.base import Source
from scribe.notes.patient_documents.models import DocumentKind, PatientDocument, PatientDocumentVersion
from scribe.notes.templates import SectionKind


def find(session: Session, note: Note, kind: DocumentKind, *, for_update: bool = False) -> PatientDocument | None:
    """The note's document of that kind."""
    statement = select(PatientDocument).where(PatientDocument.note_id == note.id, PatientDocument.kind == kind)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def get(session: Session, note: Note, kind: DocumentKind, *, for_update: bool = False) -> PatientDocument:
    """As `find`, or `NotFound`."""
    found = find(session, note, kind, for_update=for_update)
    if found is None:
        raise NotFound
    return found


def awaiting(session: Session, document_id: UUID, *, for_update: bool = False) -> PatientDocument | None:
    """The document, if a language model still has to write at it."""
    statement = select(PatientDocument).where(PatientDocument.id == document_id, PatientDocument.awaits_model)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def all_awaiting(session: Session) -> Sequence[UUID]:
    """Those of the clinic that a language model still has to write at."""
    return session.scalars(select(PatientDocument.id).where(PatientDocument.awaits_model)).all()


def get_version(session: Session, document: PatientDocument, version: int) -> PatientDocumentVersion:
    """One version, or `NotFound`."""
    found = session.scalar(
        select(PatientDocumentVersion).where(
            PatientDocumentVersion.document_id == document.id, PatientDocumentVersion.version == version
        )
    )
    if found is None:
        raise NotFound
    return found


def versions(session: Session, document: PatientDocument) -> Sequence[PatientDocumentVersion]:
    """All versions, newest first, without their content."""
    return session.scalars(
        select(PatientDocumentVersion)
        .where(PatientDocumentVersion.document_id == document.id)
        .order_by(PatientDocumentVersion.version.desc())
        .options(defer(PatientDocumentVersion.content, raiseload=True))
    ).all()


def sources(session: Session, note: Note) -> tuple[Source, ...]:
    """Every sentence of the signed note and of its addenda, in order."""
    template = session.get_one(NoteTemplate, note.template_id)
    kinds = {section["key"]: SectionKind(section["kind"]) for section in template.sections}
    version = notes.get_version(session, note, note.current_version)
    signed = [
        Source(sentence.id, kinds.get(section.key, SectionKind.HPI), sentence.text)
        for section in contents.from_json(version.content).sections
        for sentence in section.sentences
    ]
    added = [
        Source(f"{addendum.id}:{place}", None, " ".join(line[start:end].split()))
        for addendum in notes.addenda(session, note)
        for place, (line, start, end) in enumerate(
            (line, *span) for line in addendum.text.splitlines() for span in sentences.spans(line)
        )
    ]
    return (*signed, *added)
