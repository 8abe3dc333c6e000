"""Find suggestions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.core.errors import NotFound
from scribe.notes.models import Note
from scribe.notes.suggestions.models import OPEN, NoteSuggestion, SuggestionState


def open_of(session: Session, note: Note) -> Sequence[NoteSuggestion]:
    """Those of a note that its doctor still sees, oldest first."""
    return session.scalars(
        select(NoteSuggestion)
        .where(NoteSuggestion.note_id == note.id, NoteSuggestion.state.in_(OPEN))
        .order_by(NoteSuggestion.id)
    ).all()


def get(session: Session, note: Note, suggestion_id: UUID) -> NoteSuggestion:
    """One of a note, locked; or `NotFound`."""
    found = session.scalar(
        select(NoteSuggestion)
        .where(NoteSuggestion.note_id == note.id, NoteSuggestion.id == suggestion_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def waiting(session: Session, suggestion_id: UUID, *, for_update: bool = False) -> NoteSuggestion | None:
    """The suggestion, if the worker still has to write it."""
    statement = select(NoteSuggestion).where(
        NoteSuggestion.id == suggestion_id, NoteSuggestion.state == SuggestionState.WAITING
    )
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def all_waiting(session: Session) -> Sequence[UUID]:
    """Those of the clinic that the worker still has to write."""
    return session.scalars(select(NoteSuggestion.id).where(NoteSuggestion.state == SuggestionState.WAITING)).all()
