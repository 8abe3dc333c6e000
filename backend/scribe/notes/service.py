"""Seed templates; save drafts and edits of notes."""

from uuid import UUID

from sqlalchemy.orm import Session

from scribe.notes import queries
from scribe.notes.models import NoteTemplate
from scribe.notes.templates import SHIPPED


def seed_templates(session: Session, clinic_id: UUID) -> None:
    """Give the clinic the shipped templates that it does not have yet."""
    have = {template.key for template in queries.templates(session)}
    for position, shipped in enumerate(SHIPPED):
        if shipped.key not in have:
            session.add(
                NoteTemplate(
                    clinic_id=clinic_id,
                    key=shipped.key,
                    name=shipped.name,
                    description=shipped.description,
                    sections=[
                        {"key": s.key, "title": s.title, "kind": s.kind.value, "required": s.required}
                        for s in shipped.sections
                    ],
                    position=position,
                )
            )
    session.flush()
