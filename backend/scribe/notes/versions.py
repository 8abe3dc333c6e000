"""Add versions to a note. A version is never changed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.consultations import permissions
from scribe.consultations.errors import AlreadySigned
from scribe.consultations.models import Consultation, ConsultationStatus
from scribe.core.errors import NotFound
from scribe.core.ids import new_id
from scribe.notes import content as contents
from scribe.notes import queries, trail
from scribe.notes.content import Content, NoteSentence
from scribe.notes.errors import NotReady, StaleNote, TooManyLines
from scribe.notes.models import Note, NoteState, NoteVersion, VersionSource
from scribe.notes.rematch import lines_of, rematch

# How many older versions are searched for a line that was deleted and brought back.
_LOOK_BACK = 20
# As many turns as the longest recording can have.
_MOST_LINES = 10_000


@dataclass(frozen=True)
class Provenance:
    """What a version has from the draft that it goes back to, as `NoteVersion` stores it."""

    transcript_version: int
    drafter: str
    notices: list[Any]
    withheld: list[Any]

    @classmethod
    def of(cls, version: NoteVersion) -> "Provenance":
        """That of another version."""
        return cls(version.transcript_version, version.drafter, version.notices, version.withheld)


def require_editable(consultation: Consultation, note: Note, doctor: User) -> None:
    """Refuse everyone but the consultation's doctor, and any change of a signed note."""
    permissions.require_own(doctor, consultation)
    if note.state == NoteState.SIGNED or consultation.status == ConsultationStatus.SIGNED:
        raise AlreadySigned
    if not permissions.of(doctor, consultation).edit:
        raise NotReady


def require_current(note: Note, version: int) -> None:
    """Refuse a change that was made on an older version."""
    if version != note.current_version:
        raise StaleNote(version=note.current_version)


def write_section(
    session: Session, *, consultation: Consultation, note: Note, doctor: User, version: int, key: str, text: str
) -> None:
    """Save a section as typed; a new version unless nothing changed."""
    require_editable(consultation, note, doctor)
    require_current(note, version)
    if len(lines_of(text)) > _MOST_LINES:
        raise TooManyLines(maximum=_MOST_LINES)
    current = queries.get_version(session, note, note.current_version)
    before = contents.from_json(current.content)
    section = before.section(key)
    if section is None:
        raise NotFound
    sentences = rematch(
        section.sentences,
        text,
        author_id=str(doctor.id),
        make_id=lambda: new_id().hex,
        earlier=_earlier(session, note, before, key),
    )
    after = before.with_section(key, sentences)
    if after != before:
        add(session, note, after, source=VersionSource.HUMAN, author_id=doctor.id, like=current)
    trail.record(session, "note.edited", note, section=key, changed=after != before)


def restore(
    session: Session, *, consultation: Consultation, note: Note, doctor: User, version: int, restored: int
) -> None:
    """Make an older version the newest again, as a new version; nothing is dropped."""
    require_editable(consultation, note, doctor)
    require_current(note, version)
    older = queries.get_version(session, note, restored)
    current = queries.get_version(session, note, note.current_version)
    if older.content_hash != current.content_hash:
        content = contents.from_json(older.content)
        note.template_id = _template_like(session, content) or note.template_id
        add(session, note, content, source=VersionSource.HUMAN, author_id=doctor.id, like=older)
    trail.record(session, "note.restored", note, restored=restored)


def add(
    session: Session,
    note: Note,
    content: Content,
    *,
    source: VersionSource,
    author_id: UUID | None,
    like: NoteVersion,
) -> None:
    """Add a version that goes back to the same draft as another one."""
    insert(session, note, content, source=source, author_id=author_id, provenance=Provenance.of(like))


def insert(
    session: Session,
    note: Note,
    content: Content,
    *,
    source: VersionSource,
    author_id: UUID | None,
    provenance: Provenance,
) -> None:
    """Add a version; the note points to it."""
    stored = contents.to_json(content)
    note.current_version += 1
    session.add(
        NoteVersion(
            clinic_id=note.clinic_id,
            note_id=note.id,
            version=note.current_version,
            source=source,
            author_id=author_id,
            content=stored,
            content_hash=contents.fingerprint(stored),
            **vars(provenance),
        )
    )
    session.flush()


def _earlier(session: Session, note: Note, current: Content, key: str) -> list[NoteSentence]:
    """Sentences of the section's older versions, newest first, that are nowhere in the note now."""
    present = {sentence.id for sentence in current.sentences()}
    found: list[NoteSentence] = []
    for stored in queries.contents_before(session, note, limit=_LOOK_BACK):
        section = contents.from_json(stored).section(key)
        found += [s for s in section.sentences if s.id not in present] if section else []
    return found


def _template_like(session: Session, content: Content) -> UUID | None:
    keys = [section.key for section in content.sections]
    return next((t.id for t in queries.templates(session) if [section["key"] for section in t.sections] == keys), None)
