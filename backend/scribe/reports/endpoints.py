"""Documents made from notes."""

from uuid import UUID

from fastapi import APIRouter, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.db.dependencies import SessionDep

router = APIRouter(tags=["reports"])


@router.get("/api/consultations/{consultation_id}/note.pdf", response_class=Response)
def export_note_pdf(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> Response:
    """The note as a tagged PDF; drafts carry a watermark."""
    raise NotImplementedError
