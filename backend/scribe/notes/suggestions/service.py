"""Ask for a suggestion, take what is ticked of it, or put it aside."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from scribe import jobs
from scribe.accounts import clinic_settings, usage
from scribe.accounts.models import User
from scribe.consultations.hints import hint
from scribe.consultations.models import Consultation
from scribe.core.clock import Clock
from scribe.core.errors import NotFound
from scribe.core.ids import new_id
from scribe.core.request_context import request_id
from scribe.core.settings import Settings
from scribe.notes import content as contents
from scribe.notes import queries as notes
from scribe.notes import trail, versions
from scribe.notes.models import Note, NoteVersion, VersionSource
from scribe.notes.suggestions import diff, queries
from scribe.notes.suggestions.errors import (
    InstructNeedsLanguageModel,
    LanguageModelNotSetUp,
    SuggestionClosed,
    UnknownLines,
)
from scribe.notes.suggestions.models import OPEN, NoteSuggestion, SuggestionState

TASK = "notes.write_suggestion"

_queue = jobs.make_queue()


def instruct_refusal(session: Session, settings: Settings) -> str | None:
    """Why the clinic's drafter follows no instructions, in words; None if it does."""
    choices = clinic_settings.of(session, settings)
    if choices.drafter != "llm":
        return InstructNeedsLanguageModel.message
    if settings.language_model.endpoint(settings.vendor, choices.region) is None:
        return LanguageModelNotSetUp.message
    return None


def request(
    session: Session,
    *,
    consultation: Consultation,
    note: Note,
    doctor: User,
    section_key: str,
    instruction: str | None,
    settings: Settings,
    clock: Clock,
) -> NoteSuggestion:
    """Have a section drafted again, or as instructed; an older suggestion for it is put aside."""
    versions.require_editable(consultation, note, doctor)
    current = notes.get_version(session, note, note.current_version)
    if contents.from_json(current.content).section(section_key) is None:
        raise NotFound
    wish = " ".join((instruction or "").split()) or None
    if wish is not None:
        _require_instructable(session, settings, clock)
    for older in queries.open_of(session, note):
        if older.section_key == section_key:
            older.state, older.settled_at = SuggestionState.DISMISSED, clock.now()
    session.flush()
    suggestion = NoteSuggestion(
        id=new_id(),
        clinic_id=note.clinic_id,
        note_id=note.id,
        section_key=section_key,
        requested_by=doctor.id,
        instruction=wish,
        state=SuggestionState.WAITING,
    )
    session.add(suggestion)
    session.flush()
    _queue.defer(session, TASK, clinic_id=note.clinic_id, suggestion_id=suggestion.id, request_id=request_id.get())
    trail.record(
        session,
        "note.suggestion_requested",
        note,
        section=section_key,
        suggestion=str(suggestion.id),
        instructed=wish is not None,
    )
    return suggestion


def accept(
    session: Session,
    *,
    consultation: Consultation,
    note: Note,
    doctor: User,
    version: int,
    suggestion_id: UUID,
    remove: Collection[str],
    take: Collection[str],
    clock: Clock,
) -> None:
    """Make the ticked lines of a suggestion the note's next version: those to remove go, those to take come.

    What the suggestion changes is found anew in the section as it is now; no line goes that was not ticked.
    """
    versions.require_editable(consultation, note, doctor)
    versions.require_current(note, version)
    suggestion = _open(session, note, suggestion_id, (SuggestionState.READY,))
    current = notes.get_version(session, note, note.current_version)
    before = contents.from_json(current.content)
    section = before.section(suggestion.section_key)
    if section is None:
        # Drafted again into another template meanwhile.
        raise SuggestionClosed
    found = diff.rows(section.sentences, diff.lines_of(suggestion.lines))
    _require_known(found, remove, take)
    after = before.with_section(section.key, diff.applied(found, remove, take, lambda: new_id().hex))
    if after != before:
        versions.insert(
            session,
            note,
            after,
            source=VersionSource.AI_EDIT,
            author_id=doctor.id,
            provenance=_provenance(current, suggestion),
        )
    suggestion.state, suggestion.settled_at = SuggestionState.ACCEPTED, clock.now()
    trail.record(
        session,
        "note.suggestion_accepted",
        note,
        section=section.key,
        suggestion=str(suggestion.id),
        removed=len(set(remove)),
        taken=len(set(take)),
    )
    hint(session, consultation)


def dismiss(
    session: Session, *, consultation: Consultation, note: Note, doctor: User, suggestion_id: UUID, clock: Clock
) -> None:
    """Put a suggestion aside; the note stays as it is."""
    versions.require_editable(consultation, note, doctor)
    suggestion = _open(session, note, suggestion_id, OPEN)
    suggestion.state, suggestion.settled_at = SuggestionState.DISMISSED, clock.now()
    trail.record(
        session,
        "note.suggestion_dismissed",
        note,
        section=suggestion.section_key,
        suggestion=str(suggestion.id),
    )
    hint(session, consultation)


def _require_instructable(session: Session, settings: Settings, clock: Clock) -> None:
    choices = clinic_settings.of(session, settings)
    if choices.drafter != "llm":
        raise InstructNeedsLanguageModel
    if settings.language_model.endpoint(settings.vendor, choices.region) is None:
        raise LanguageModelNotSetUp
    usage.require_budget(session, clock.now())


def _open(session: Session, note: Note, suggestion_id: UUID, states: Collection[SuggestionState]) -> NoteSuggestion:
    suggestion = queries.get(session, note, suggestion_id)
    if suggestion.state not in states:
        raise SuggestionClosed
    return suggestion


def _require_known(found: Collection[diff.Row], remove: Collection[str], take: Collection[str]) -> None:
    removable = {row.sentence.id for row in found if row.kind == "removed"}
    addable = {row.sentence.id for row in found if row.kind == "added"}
    if not (removable.issuperset(remove) and addable.issuperset(take)):
        raise UnknownLines


def _provenance(current: NoteVersion, suggestion: NoteSuggestion) -> versions.Provenance:
    """The draft that the version goes back to; what was left out of the section is now what the suggestion left out."""
    elsewhere = [each for each in current.withheld if each["section_key"] != suggestion.section_key]
    return replace(versions.Provenance.of(current), withheld=[*elsewhere, *suggestion.withheld])
