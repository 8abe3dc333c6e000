"""The worker's part: have a language model write a document, and put it in the plain one's place."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.consultations.hints import hint
from scribe.consultations.models import Consultation
from scribe.notes import queries as notes
from scribe.notes.drafting.base import Notice
from scribe.notes.models import Note, VersionSource
from scribe.notes.patient_documents import queries, service, trail, visits
from scribe.notes.patient_documents.base import Visit, Written
from scribe.notes.patient_documents.models import DocumentKind, PatientDocument

INTERRUPTED = Notice("interrupted", "The language model's writing was interrupted. Write it again, or use it as it is.")
EDITED_MEANWHILE = Notice(
    "edited_meanwhile", "You edited this while the language model was writing, so its text was put aside."
)


@dataclass(frozen=True)
class Task:
    """What is to be written, over which version, and how many addenda of the note are in it."""

    document_id: UUID
    consultation_id: UUID
    version: int
    visit: Visit
    addenda: int


def load(session: Session, document_id: UUID) -> Task | None:
    """What is to be written; None where nobody waits for it any more."""
    document = queries.awaiting(session, document_id)
    if document is None:
        return None
    note = session.get_one(Note, document.note_id)
    consultation = session.get_one(Consultation, note.consultation_id)
    # Counted before they are read: one that comes in between makes the document out of date, never wrongly current.
    addenda = len(notes.addenda(session, note))
    visit = visits.of(session, consultation, note, DocumentKind(document.kind))
    return Task(document.id, consultation.id, document.current_version, visit, addenda)


def settle(session: Session, task: Task, written: Written, *, drafter: str) -> None:
    """Make it the newest version, unless the doctor has edited or asked anew meanwhile."""
    document = queries.awaiting(session, task.document_id, for_update=True)
    if document is None:
        return
    note = session.get_one(Note, document.note_id)
    if document.current_version != task.version:
        if queries.get_version(session, document, document.current_version).source == VersionSource.HUMAN:
            _end(session, note, document, [EDITED_MEANWHILE])
        # Else it was written again meanwhile, and another job is on its way.
        return
    service.add_drafted(session, note, document, written, drafter=drafter, addenda=task.addenda)
    _end(session, note, document, list(written.notices))


def stand(session: Session, document_id: UUID, notice: Notice | None) -> None:
    """Leave the document as it is, and say why no language model wrote it."""
    document = queries.awaiting(session, document_id, for_update=True)
    if document is not None:
        _end(session, session.get_one(Note, document.note_id), document, [notice] if notice else [])


def _end(session: Session, note: Note, document: PatientDocument, notices: list[Notice]) -> None:
    document.awaits_model = False
    document.notices = [{"code": notice.code, "message": notice.message} for notice in notices]
    session.flush()
    trail.record(session, "patient_document.settled", note, document, codes=[notice.code for notice in notices])
    hint(session, session.get_one(Consultation, note.consultation_id))
