"""What goes on record about a document for the patient: always under its consultation."""

from typing import Any

from sqlalchemy.orm import Session

from scribe.audit import service as audit
from scribe.notes.models import Note
from scribe.notes.patient_documents.models import PatientDocument


def record(session: Session, action: str, note: Note, document: PatientDocument, **detail: Any) -> None:
    """One audit event about the document as it is now."""
    audit.record(
        session,
        action,
        entity_type="consultation",
        entity_id=note.consultation_id,
        document=str(document.id),
        kind=document.kind,
        version=document.current_version,
        **detail,
    )
