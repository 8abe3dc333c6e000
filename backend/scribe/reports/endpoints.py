"""Documents made from notes."""

from uuid import UUID

from fastapi import APIRouter, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.consultations import queries as consultations
from scribe.db.dependencies import SessionDep
from scribe.notes import queries, trail
from scribe.reports import documents, pdf

router = APIRouter(tags=["reports"])


@router.get("/api/consultations/{consultation_id}/note.pdf", response_class=Response)
def export_note_pdf(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> Response:
    """The note as a tagged PDF; drafts carry a watermark."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    version = queries.get_version(session, note, note.current_version)
    trail.record(session, "note.exported", note, format="pdf")
    body = pdf.render(documents.of_note(session, consultation, note), at=version.created_at)
    # No patient's name in a header or on a disk unasked.
    name = f"note-{consultation.started_at:%Y-%m-%d}-{consultation.id.hex[-8:]}.pdf"
    return Response(
        body,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
