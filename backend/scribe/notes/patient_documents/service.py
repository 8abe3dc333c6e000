"""Write a document for the patient, edit it, approve it, take the approval back."""

from uuid import UUID

from sqlalchemy.orm import Session

from scribe import jobs
from scribe.accounts import clinic_settings
from scribe.accounts.models import User
from scribe.consultations import permissions
from scribe.consultations.models import Consultation
from scribe.core.clock import Clock
from scribe.core.errors import NotFound
from scribe.core.ids import new_id
from scribe.core.request_context import request_id
from scribe.core.settings import Settings
from scribe.notes import content as contents
from scribe.notes import queries as notes
from scribe.notes.errors import TooManyLines
from scribe.notes.models import Note, NoteState, VersionSource
from scribe.notes.patient_documents import content, queries, trail, visits
from scribe.notes.patient_documents.base import Written
from scribe.notes.patient_documents.content import DocumentContent
from scribe.notes.patient_documents.errors import (
    DocumentApproved,
    DocumentHasHumanEdits,
    NoteMustBeSigned,
    NothingForThePatient,
    StaleDocument,
)
from scribe.notes.patient_documents.extractive import ExtractiveWriter
from scribe.notes.patient_documents.models import DocumentKind, PatientDocument, PatientDocumentVersion
from scribe.notes.rematch import lines_of

TASK = "notes.write_patient_document"
_MOST_LINES = 200

_queue = jobs.make_queue()


def write(
    session: Session,
    *,
    consultation: Consultation,
    note: Note,
    doctor: User,
    kind: DocumentKind,
    replace_human_edits: bool,
    settings: Settings,
) -> PatientDocument:
    """Write the document from the signed note at once; a language model that the clinic chose goes on in the worker.

    An approved one is refused (`DocumentApproved`): only `reopen` takes an approval back.
    """
    permissions.require_own(doctor, consultation)
    if note.state != NoteState.SIGNED:
        raise NoteMustBeSigned
    document = queries.find(session, note, kind, for_update=True)
    if document is None:
        document = PatientDocument(id=new_id(), clinic_id=note.clinic_id, note_id=note.id, kind=kind, current_version=0)
        session.add(document)
        session.flush()
    elif document.approved_version is not None:
        raise DocumentApproved
    elif _is_a_persons(session, document) and not replace_human_edits:
        raise DocumentHasHumanEdits
    addenda = len(notes.addenda(session, note))
    visit, writer = visits.of(session, consultation, note, kind), ExtractiveWriter()
    written = writer.write(visit)
    document.awaits_model = clinic_settings.of(session, settings).drafter == "llm"
    document.notices = []
    add_drafted(session, note, document, written, drafter=writer.name, addenda=addenda)
    if document.awaits_model:
        _queue.defer(session, TASK, clinic_id=note.clinic_id, document_id=document.id, request_id=request_id.get())
    trail.record(session, "patient_document.written", note, document)
    return document


def write_section(
    session: Session,
    *,
    consultation: Consultation,
    note: Note,
    doctor: User,
    kind: DocumentKind,
    version: int,
    key: str,
    text: str,
) -> PatientDocument:
    """Save a section as typed; a new version unless nothing changed."""
    document = _for_change(session, consultation, note, doctor, kind, version)
    if document.approved_version is not None:
        raise DocumentApproved
    if len(lines_of(text)) > _MOST_LINES:
        raise TooManyLines(f"A section holds at most {_MOST_LINES} lines. Shorten it, or join some of its lines.")
    current = queries.get_version(session, document, document.current_version)
    before = content.from_json(current.content)
    section = before.section(key)
    if section is None:
        raise NotFound
    sentences = content.edited(section.sentences, text, author_id=str(doctor.id), make_id=lambda: new_id().hex)
    after = before.with_section(key, sentences)
    if after != before:
        add_version(
            session,
            note,
            document,
            after,
            source=VersionSource.HUMAN,
            author_id=doctor.id,
            drafter=current.drafter,
            addenda=current.addenda,
        )
    trail.record(session, "patient_document.edited", note, document, section=key, changed=after != before)
    return document


def approve(
    session: Session,
    *,
    consultation: Consultation,
    note: Note,
    doctor: User,
    kind: DocumentKind,
    version: int,
    clock: Clock,
) -> PatientDocument:
    """Approve the newest version: from now on its PDF carries no draft mark, and it takes no more changes."""
    document = _for_change(session, consultation, note, doctor, kind, version)
    current = queries.get_version(session, document, document.current_version)
    if all(sentence.is_framing for sentence in content.from_json(current.content).sentences()):
        raise NothingForThePatient
    document.approved_version, document.approved_by, document.approved_at = version, doctor.id, clock.now()
    # What a language model still writes would have to change an approved text.
    document.awaits_model = False
    session.flush()
    trail.record(session, "patient_document.approved", note, document, content_sha256=current.content_hash.hex())
    return document


def reopen(
    session: Session, *, consultation: Consultation, note: Note, doctor: User, kind: DocumentKind, version: int
) -> PatientDocument:
    """Take the approval back, to edit the document again."""
    document = _for_change(session, consultation, note, doctor, kind, version)
    document.approved_version = document.approved_by = document.approved_at = None
    session.flush()
    trail.record(session, "patient_document.reopened", note, document)
    return document


def add_version(
    session: Session,
    note: Note,
    document: PatientDocument,
    after: DocumentContent,
    *,
    source: VersionSource,
    author_id: UUID | None,
    drafter: str,
    addenda: int,
) -> None:
    """Add a version; the document points to it. `addenda` is how many of the note's its drafter has read."""
    stored = content.to_json(after)
    document.current_version += 1
    session.add(
        PatientDocumentVersion(
            clinic_id=document.clinic_id,
            document_id=document.id,
            version=document.current_version,
            source=source,
            author_id=author_id,
            drafter=drafter,
            note_version=note.current_version,
            addenda=addenda,
            content=stored,
            content_hash=contents.fingerprint(stored),
        )
    )
    session.flush()


def add_drafted(
    session: Session, note: Note, document: PatientDocument, written: Written, *, drafter: str, addenda: int
) -> None:
    """Add a version that no person wrote, and keep what was withheld from it; otherwise as `add_version`."""
    document.withheld = [
        {"section_key": each.section_key, "text": each.text, "problems": list(each.problems)}
        for each in written.withheld
    ]
    drafted = content.drafted(DocumentKind(document.kind), written.sentences, lambda: new_id().hex)
    add_version(
        session,
        note,
        document,
        drafted,
        source=VersionSource.AI,
        author_id=None,
        drafter=drafter,
        addenda=addenda,
    )


def _for_change(
    session: Session, consultation: Consultation, note: Note, doctor: User, kind: DocumentKind, version: int
) -> PatientDocument:
    permissions.require_own(doctor, consultation)
    document = queries.get(session, note, kind, for_update=True)
    if version != document.current_version:
        raise StaleDocument(version=document.current_version)
    return document


def _is_a_persons(session: Session, document: PatientDocument) -> bool:
    return queries.get_version(session, document, document.current_version).source != VersionSource.AI
