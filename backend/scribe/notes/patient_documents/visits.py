"""What a document is made from, read from the signed note."""

from sqlalchemy.orm import Session

from scribe.accounts.models import Clinic
from scribe.consultations.models import Consultation
from scribe.notes import queries as notes
from scribe.notes.models import Note
from scribe.notes.patient_documents import queries
from scribe.notes.patient_documents.base import Visit
from scribe.notes.patient_documents.errors import NoteMustBeSigned
from scribe.notes.patient_documents.models import DocumentKind


def of(session: Session, consultation: Consultation, note: Note, kind: DocumentKind) -> Visit:
    """The visit as its doctor signed it: patient and doctor by the names under the signature."""
    signature = notes.signature(session, note)
    if signature is None:
        raise NoteMustBeSigned
    clinic = session.get_one(Clinic, consultation.clinic_id)
    transcript = notes.newest_transcript(session, consultation.id)
    day = consultation.started_at.astimezone(clinic.zone)
    return Visit(
        kind=kind,
        patient=signature.patient_name,
        doctor=signature.signer_name,
        clinic=clinic.name,
        on=f"{day.day} {day:%B %Y}",
        language=transcript.language if transcript else consultation.language,
        sources=queries.sources(session, note),
    )
