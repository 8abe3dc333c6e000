"""Documents as their doctor sees them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.consultations import permissions
from scribe.consultations.models import Consultation
from scribe.notes import content as contents
from scribe.notes import queries as notes
from scribe.notes.models import Note, NoteState
from scribe.notes.patient_documents import content, layout, queries
from scribe.notes.patient_documents.content import DocumentContent
from scribe.notes.patient_documents.errors import NoteMustBeSigned
from scribe.notes.patient_documents.models import DocumentKind, PatientDocument, PatientDocumentVersion
from scribe.notes.patient_documents.schemas import (
    DocumentSectionRead,
    DocumentSentenceRead,
    DocumentSource,
    DocumentVersionFull,
    DocumentVersionRead,
    PatientDocumentRead,
    PatientDocumentsRead,
)
from scribe.notes.schemas import Evidence


def present_all(session: Session, viewer: User, consultation: Consultation, note: Note) -> PatientDocumentsRead:
    """Those of a note that are written."""
    found = [document for kind in DocumentKind if (document := queries.find(session, note, kind)) is not None]
    return PatientDocumentsRead(
        refusal=None if note.state == NoteState.SIGNED else NoteMustBeSigned.message,
        may_edit=permissions.is_own(viewer, consultation),
        documents=[present(session, note, document) for document in found],
    )


def present(session: Session, note: Note, document: PatientDocument) -> PatientDocumentRead:
    """A document in its newest version."""
    version = queries.get_version(session, document, document.current_version)
    stored = content.from_json(version.content)
    names = _names(session, stored, version.author_id, document.approved_by)
    return PatientDocumentRead(
        consultation_id=note.consultation_id,
        kind=DocumentKind(document.kind),
        name=layout.NAMES[DocumentKind(document.kind)],
        version=version.version,
        source=version.source,
        drafter=version.drafter,
        saved_at=version.created_at,
        awaits_model=document.awaits_model,
        is_outdated=is_outdated(session, note, version),
        approved_by_name=names.get(str(document.approved_by)),
        approved_at=document.approved_at,
        sections=_sections(stored, _sources(session, note), names),
        notices=document.notices,
        withheld=document.withheld,
    )


def is_outdated(session: Session, note: Note, version: PatientDocumentVersion) -> bool:
    """Whether the note got an addendum after the draft that the version goes back to."""
    return version.addenda < len(notes.addenda(session, note))


def present_versions(session: Session, document: PatientDocument) -> list[DocumentVersionRead]:
    """The document's history, newest first."""
    found = queries.versions(session, document)
    names = _names(session, DocumentContent(()), *(version.author_id for version in found))
    return [_version(version, names) for version in found]


def present_version(session: Session, note: Note, document: PatientDocument, number: int) -> DocumentVersionFull:
    """One version, whole."""
    version = queries.get_version(session, document, number)
    stored = content.from_json(version.content)
    names = _names(session, stored, version.author_id)
    return DocumentVersionFull(
        **_version(version, names).model_dump(), sections=_sections(stored, _sources(session, note), names)
    )


def _version(version: PatientDocumentVersion, names: Mapping[str, str]) -> DocumentVersionRead:
    return DocumentVersionRead(
        version=version.version,
        source=version.source,
        author_name=names.get(str(version.author_id)),
        drafter=version.drafter,
        created_at=version.created_at,
        content_sha256=version.content_hash.hex(),
    )


def _sections(
    stored: DocumentContent, sources: Mapping[str, DocumentSource], names: Mapping[str, str]
) -> list[DocumentSectionRead]:
    return [
        DocumentSectionRead(
            key=section.key,
            title=section.title,
            sentences=[
                DocumentSentenceRead(
                    id=sentence.id,
                    text=sentence.text,
                    origin=sentence.origin,
                    author_name=names.get(sentence.author_id or ""),
                    is_framing=sentence.is_framing,
                    sources=[sources[each] for each in sentence.sources if each in sources],
                )
                for sentence in section.sentences
            ],
        )
        for section in stored.sections
    ]


def _sources(session: Session, note: Note) -> dict[str, DocumentSource]:
    """All that a document may rest on, by id, with the words in the recording behind it."""
    version = notes.get_version(session, note, note.current_version)
    found = {
        sentence.id: DocumentSource(
            id=sentence.id,
            place=section.title,
            text=sentence.text,
            evidence=[Evidence(**vars(span)) for span in sentence.evidence],
        )
        for section in contents.from_json(version.content).sections
        for sentence in section.sentences
    }
    added = (source for source in queries.sources(session, note) if source.kind is None)
    return found | {
        each.id: DocumentSource(id=each.id, place="Addendum", text=each.text, evidence=[]) for each in added
    }


def _names(session: Session, stored: DocumentContent, *also: UUID | None) -> dict[str, str]:
    wanted = {UUID(each.author_id) for each in stored.sentences() if each.author_id} | {each for each in also if each}
    rows = session.execute(select(User.id, User.full_name).where(User.id.in_(wanted)))
    return {str(identifier): name for identifier, name in rows}
