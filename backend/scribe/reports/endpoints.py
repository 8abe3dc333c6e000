"""Documents made from notes."""

from uuid import UUID

from fastapi import APIRouter, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.consultations import queries as consultations
from scribe.consultations.models import Consultation
from scribe.db.dependencies import SessionDep
from scribe.notes import queries, trail
from scribe.notes.patient_documents import queries as patient_documents
from scribe.notes.patient_documents import trail as document_trail
from scribe.notes.patient_documents.models import DocumentKind
from scribe.reports import documents, patient_papers, pdf

router = APIRouter(tags=["reports"])


@router.get("/api/consultations/{consultation_id}/note.pdf", response_class=Response)
def export_note_pdf(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> Response:
    """The note as a tagged PDF; drafts carry a watermark."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    version = queries.get_version(session, note, note.current_version)
    trail.record(session, "note.exported", note, format="pdf")
    body = pdf.render(documents.of_note(session, consultation, note), at=version.created_at)
    return _download("note", body, consultation)


@router.get("/api/consultations/{consultation_id}/patient-documents/{kind}/document.pdf", response_class=Response)
def export_patient_document_pdf(
    consultation_id: UUID, kind: DocumentKind, session: SessionDep, user: CurrentUser
) -> Response:
    """The letter or summary as a tagged PDF; until the doctor approves it, it carries a watermark."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    document = patient_documents.get(session, note, kind)
    version = patient_documents.get_version(session, document, document.current_version)
    approved = document.approved_version is not None
    document_trail.record(session, "patient_document.exported", note, document, format="pdf", approved=approved)
    paper = patient_papers.of_document(session, consultation, note, document)
    return _download(kind.value.replace("_", "-"), pdf.render(paper, at=version.created_at), consultation)


def _download(name: str, body: bytes, consultation: Consultation) -> Response:
    # No patient's name in a header or on a disk unasked.
    file = f"{name}-{consultation.started_at:%Y-%m-%d}-{consultation.id.hex[-8:]}.pdf"
    return Response(
        body,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"},
    )
