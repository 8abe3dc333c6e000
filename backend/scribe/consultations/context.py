"""What the doctor types while recording, for what is not said aloud.

It is private to the consultation's doctor and it is no evidence: no draft reads it, and nothing copies it by itself.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations import permissions
from scribe.consultations.errors import ContextIsPrivate
from scribe.consultations.models import Consultation, ContextNote
from scribe.consultations.schemas import ContextRead


def read(session: Session, *, consultation: Consultation, reader: User) -> ContextRead:
    """The text as it was saved last; empty where there is none."""
    if not permissions.is_own(reader, consultation):
        raise ContextIsPrivate
    audit.record(session, "consultation.context_read", entity_type="consultation", entity_id=consultation.id)
    return _shown(_note_of(session, consultation))


def save(session: Session, *, consultation: Consultation, doctor: User, text: str, now: datetime) -> ContextRead:
    """Keep the text instead of the one before. The caller holds the consultation's lock.

    The last save stands: only the recording screen writes here, and one device records.
    """
    permissions.require_own(doctor, consultation)
    permissions.refuse_final(consultation)
    note = _note_of(session, consultation)
    if note is None:
        note = ContextNote(clinic_id=consultation.clinic_id, consultation_id=consultation.id)
        session.add(note)
    note.text, note.saved_at = text, now
    audit.record(
        session,
        "consultation.context_saved",
        entity_type="consultation",
        entity_id=consultation.id,
        characters=len(text),
    )
    return _shown(note)


def _note_of(session: Session, consultation: Consultation) -> ContextNote | None:
    return session.scalar(select(ContextNote).where(ContextNote.consultation_id == consultation.id))


def _shown(note: ContextNote | None) -> ContextRead:
    return ContextRead(text=note.text, saved_at=note.saved_at) if note else ContextRead(text="", saved_at=None)
