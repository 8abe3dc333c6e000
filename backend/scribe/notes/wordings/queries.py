"""Find a doctor's wordings."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.core.errors import NotFound
from scribe.notes.wordings.learning import Replacement
from scribe.notes.wordings.models import SightingKind, WordingSighting, WordingState, WritingPreference

# A doctor writes in no more ways; what comes after waits until one is removed.
MOST = 200


def in_use(session: Session, doctor_id: UUID) -> list[Replacement]:
    """What a draft for this doctor is worded by; nothing where they have switched that off."""
    if not is_on(session, doctor_id):
        return []
    statement = select(WritingPreference).where(_of(doctor_id), WritingPreference.state == WordingState.ACTIVE)
    return [Replacement(each.instead_of, each.write) for each in session.scalars(statement)]


def is_on(session: Session, doctor_id: UUID) -> bool:
    """Whether this doctor's wordings are learned and used."""
    return bool(session.get_one(User, doctor_id).preferences.get("learned_wordings", True))


def known(session: Session, doctor_id: UUID) -> Sequence[tuple[WritingPreference, int]]:
    """All but those that are only being learned, the newest first, each with the number of its notes."""
    notes = (
        select(func.count())
        .where(WordingSighting.preference_id == WritingPreference.id, WordingSighting.kind == SightingKind.MADE)
        .scalar_subquery()
    )
    statement = (
        select(WritingPreference, notes)
        .where(_of(doctor_id), WritingPreference.state != WordingState.LEARNING)
        .order_by(WritingPreference.changed_at.desc(), WritingPreference.id.desc())
    )
    return [(preference, count) for preference, count in session.execute(statement)]


def get(session: Session, doctor_id: UUID, preference_id: UUID) -> WritingPreference:
    """One of the doctor's own, locked; or `NotFound`."""
    found = session.scalar(
        select(WritingPreference)
        .where(_of(doctor_id), WritingPreference.id == preference_id, WritingPreference.state != WordingState.LEARNING)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def all_of(session: Session, doctor_id: UUID) -> dict[Replacement, WritingPreference]:
    """Every one of a doctor, whatever its state, locked."""
    statement = select(WritingPreference).where(_of(doctor_id)).with_for_update()
    return {Replacement(each.instead_of, each.write): each for each in session.scalars(statement)}


def count(session: Session, preference: WritingPreference, kind: SightingKind) -> int:
    """In how many notes it was made, or undone."""
    statement = select(func.count()).where(WordingSighting.preference_id == preference.id, WordingSighting.kind == kind)
    return session.scalar(statement) or 0


def has_sighting(session: Session, preference: WritingPreference, note_id: UUID) -> bool:
    """Whether the note was counted already."""
    statement = select(WordingSighting.id).where(
        WordingSighting.preference_id == preference.id, WordingSighting.note_id == note_id
    )
    return session.scalar(statement) is not None


def _of(doctor_id: UUID) -> ColumnElement[bool]:
    """The one place that decides whose wordings they are: their doctor's, and nobody else's."""
    return WritingPreference.doctor_id == doctor_id
