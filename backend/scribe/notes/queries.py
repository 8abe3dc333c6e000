"""Find templates, notes and their versions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from scribe.core.errors import NotFound
from scribe.notes.models import Addendum, Note, NoteTemplate, NoteVersion, Signature
from scribe.transcription.models import Transcript, Utterance


def templates(session: Session) -> Sequence[NoteTemplate]:
    """The clinic's templates, in their order."""
    return session.scalars(select(NoteTemplate).order_by(NoteTemplate.position, NoteTemplate.key)).all()


def template(session: Session, key: str) -> NoteTemplate | None:
    """The clinic's template of that key."""
    return session.scalar(select(NoteTemplate).where(NoteTemplate.key == key))


def template_exists(session: Session, key: str) -> bool:
    """Whether the clinic has a template of that key."""
    return template(session, key) is not None


def note_of(session: Session, consultation_id: UUID, *, for_update: bool = False) -> Note | None:
    """The note of a consultation that the caller has already been allowed to see."""
    statement = select(Note).where(Note.consultation_id == consultation_id)
    if for_update:
        statement = statement.with_for_update()
    return session.scalar(statement)


def get_note(session: Session, consultation_id: UUID, *, for_update: bool = False) -> Note:
    """As `note_of`, or `NotFound`."""
    note = note_of(session, consultation_id, for_update=for_update)
    if note is None:
        raise NotFound
    return note


def get_version(session: Session, note: Note, version: int) -> NoteVersion:
    """One version of a note, or `NotFound`."""
    found = session.scalar(select(NoteVersion).where(NoteVersion.note_id == note.id, NoteVersion.version == version))
    if found is None:
        raise NotFound
    return found


def versions(session: Session, note: Note) -> Sequence[NoteVersion]:
    """All versions of a note, newest first, without their content."""
    return session.scalars(
        select(NoteVersion)
        .where(NoteVersion.note_id == note.id)
        .order_by(NoteVersion.version.desc())
        .options(*(defer(column, raiseload=True) for column in (NoteVersion.content, NoteVersion.withheld)))
    ).all()


def contents_before(session: Session, note: Note, *, limit: int) -> Sequence[dict[str, Any]]:
    """What the versions before the newest one held, the latest first."""
    return session.scalars(
        select(NoteVersion.content)
        .where(NoteVersion.note_id == note.id, NoteVersion.version < note.current_version)
        .order_by(NoteVersion.version.desc())
        .limit(limit)
    ).all()


def signature(session: Session, note: Note) -> Signature | None:
    """The signature under a note."""
    return session.scalar(select(Signature).where(Signature.note_id == note.id))


def addenda(session: Session, note: Note) -> Sequence[Addendum]:
    """The addenda of a note, oldest first."""
    return session.scalars(select(Addendum).where(Addendum.note_id == note.id).order_by(Addendum.id)).all()


def newest_transcript(session: Session, consultation_id: UUID) -> Transcript | None:
    """The newest version of what was said."""
    return session.scalar(
        select(Transcript)
        .where(Transcript.consultation_id == consultation_id)
        .order_by(Transcript.version.desc())
        .limit(1)
    )


def utterances(session: Session, transcript: Transcript) -> Sequence[Utterance]:
    """A transcript's turns, in order."""
    return session.scalars(
        select(Utterance).where(Utterance.transcript_id == transcript.id).order_by(Utterance.number)
    ).all()
