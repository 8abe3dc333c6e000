"""Learn a doctor's wordings from the notes that they sign; remove one, and have it back."""

from uuid import UUID

from sqlalchemy.orm import Session

from scribe import jobs
from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.core.clock import Clock
from scribe.core.ids import new_id
from scribe.core.request_context import request_id
from scribe.notes import content as contents
from scribe.notes import queries as notes
from scribe.notes.drafting import cues
from scribe.notes.models import Note, Signature
from scribe.notes.wordings import queries
from scribe.notes.wordings.learning import Replacement, replacements
from scribe.notes.wordings.models import SightingKind, WordingSighting, WordingState, WritingPreference

TASK = "notes.learn_wordings"
# A change counts once a note; made in so many notes it is a preference, taken back in so many it is none any more.
LEARNED_AFTER, GIVEN_UP_AFTER = 2, 2

_queue = jobs.make_queue()


def ask_to_learn(session: Session, note: Note) -> None:
    """Have the worker learn from a note that is being signed: a signature waits for nothing."""
    _queue.defer(session, TASK, clinic_id=note.clinic_id, note_id=note.id, request_id=request_id.get())


def learn(session: Session, note: Note, *, clock: Clock) -> None:
    """Count what the signer changed in the drafter's wording of their signed note; safe to run twice."""
    signature = notes.signature(session, note)
    transcript = notes.newest_transcript(session, note.consultation_id)
    if signature is None or transcript is None or transcript.language not in cues.LANGUAGES:
        return
    if not queries.is_on(session, signature.signer_id):
        return
    made, undone = _changes(session, note, signature)
    known = queries.all_of(session, signature.signer_id)
    for change in sorted(undone):
        preference = known.get(change)
        if preference is not None and preference.state == WordingState.ACTIVE:
            _count_undone(session, preference, note, clock)
    for change in sorted(made):
        preference = known.get(change)
        if preference is None and len(known) < queries.MOST:
            preference = known[change] = _new(session, signature, change, clock)
        if preference is not None and preference.state == WordingState.LEARNING:
            _count_made(session, preference, note, clock)


def remove(session: Session, *, doctor: User, preference_id: UUID, clock: Clock) -> None:
    """Use it no more, and do not learn it again."""
    preference = queries.get(session, doctor.id, preference_id)
    _settle(preference, WordingState.REMOVED, clock)
    _record(session, "writing_preference.removed", preference)


def restore(session: Session, *, doctor: User, preference_id: UUID, clock: Clock) -> WritingPreference:
    """Use it again, in the place of whatever else was put for the same wording."""
    preference = queries.get(session, doctor.id, preference_id)
    _activate(session, preference, clock)
    _record(session, "writing_preference.restored", preference)
    return preference


def _changes(session: Session, note: Note, signature: Signature) -> tuple[set[Replacement], set[Replacement]]:
    """What the signer put in place of the drafter's own words, and which of their wordings they took out again."""
    never = frozenset(signature.patient_name.lower().replace("-", " ").split())
    drafted = {
        sentence.id: sentence
        for stored in notes.drafted_contents(session, note)
        for sentence in contents.from_json(stored).sentences()
        if sentence.origin == "ai"
    }
    made, undone = set[Replacement](), set[Replacement]()
    for sentence in contents.from_json(notes.get_version(session, note, signature.version).content).sentences():
        before = drafted.get(sentence.id)
        if before is None or sentence.author_id != str(signature.signer_id):
            continue
        own = before.worded_from or before.text
        given, signed = (replacements(own, text, never=never) for text in (before.text, sentence.text))
        made |= signed - given
        undone |= given - signed
    return made, undone


def _new(session: Session, signature: Signature, change: Replacement, clock: Clock) -> WritingPreference:
    preference = WritingPreference(
        id=new_id(),
        clinic_id=signature.clinic_id,
        doctor_id=signature.signer_id,
        instead_of=change.instead_of,
        write=change.write,
        state=WordingState.LEARNING,
        changed_at=clock.now(),
    )
    session.add(preference)
    session.flush()
    return preference


def _count_made(session: Session, preference: WritingPreference, note: Note, clock: Clock) -> None:
    _see(session, preference, note, SightingKind.MADE)
    if queries.count(session, preference, SightingKind.MADE) >= LEARNED_AFTER:
        _activate(session, preference, clock)
        _record(session, "writing_preference.learned", preference)


def _count_undone(session: Session, preference: WritingPreference, note: Note, clock: Clock) -> None:
    _see(session, preference, note, SightingKind.UNDONE)
    if queries.count(session, preference, SightingKind.UNDONE) >= GIVEN_UP_AFTER:
        _settle(preference, WordingState.REMOVED, clock)
        _record(session, "writing_preference.given_up", preference)


def _see(session: Session, preference: WritingPreference, note: Note, kind: SightingKind) -> None:
    if not queries.has_sighting(session, preference, note.id):
        session.add(
            WordingSighting(clinic_id=preference.clinic_id, preference_id=preference.id, note_id=note.id, kind=kind)
        )
        session.flush()


def _activate(session: Session, preference: WritingPreference, clock: Clock) -> None:
    for other in queries.all_of(session, preference.doctor_id).values():
        if other.instead_of == preference.instead_of and other.state == WordingState.ACTIVE:
            _settle(other, WordingState.REMOVED, clock)
    session.flush()
    _settle(preference, WordingState.ACTIVE, clock)
    session.flush()


def _settle(preference: WritingPreference, state: WordingState, clock: Clock) -> None:
    preference.state, preference.changed_at = state, clock.now()


def _record(session: Session, action: str, preference: WritingPreference) -> None:
    audit.record(
        session,
        action,
        entity_type="user",
        entity_id=preference.doctor_id,
        instead_of=preference.instead_of,
        write=preference.write,
    )
