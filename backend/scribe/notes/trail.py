"""What goes on record about a note: always under its consultation."""

from typing import Any

from sqlalchemy.orm import Session

from scribe.audit import service as audit
from scribe.notes.models import Note


def record(session: Session, action: str, note: Note, **detail: Any) -> None:
    """One audit event about the note as it is now."""
    audit.record(
        session,
        action,
        entity_type="consultation",
        entity_id=note.consultation_id,
        note=str(note.id),
        version=note.current_version,
        **detail,
    )
