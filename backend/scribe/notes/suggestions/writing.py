"""The worker's part: write a suggestion, check it, and settle it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.consultations.hints import hint
from scribe.consultations.models import Consultation
from scribe.core.clock import Clock
from scribe.core.ids import new_id
from scribe.notes import content as contents
from scribe.notes import evidence, trail
from scribe.notes import queries as notes
from scribe.notes.drafting.base import Draft, Drafter, SectionSpec, Turn
from scribe.notes.drafting.choice import Instead
from scribe.notes.drafting.llm import LlmDrafter
from scribe.notes.drafting.section_writer import Line
from scribe.notes.language_model.base import LanguageModelFailed
from scribe.notes.models import Note, NoteState, NoteTemplate
from scribe.notes.spans import TurnBook
from scribe.notes.suggestions import queries
from scribe.notes.suggestions.errors import InstructNeedsLanguageModel
from scribe.notes.suggestions.models import NoteSuggestion, SuggestionState
from scribe.notes.turns import turns_of
from scribe.notes.wordings import applying
from scribe.notes.wordings import queries as wordings
from scribe.notes.wordings.learning import Replacement


@dataclass(frozen=True)
class Wish:
    """What is to be written, and all that is needed for it."""

    suggestion_id: UUID
    consultation_id: UUID
    section: SectionSpec
    sections: list[SectionSpec]
    turns: list[Turn]
    language: str
    current: list[Line]
    instruction: str | None
    wordings: list[Replacement]


@dataclass(frozen=True)
class Failure:
    """Why there is no suggestion, for the doctor."""

    code: str
    message: str


INTERRUPTED = Failure("interrupted", "Writing this was interrupted. Ask again.")
SECTION_GONE = Failure("section_gone", "The note was drafted again or signed meanwhile, so this was not written.")
NOTHING_FOUND = Failure(
    "nothing_found", "Nothing was found in the recording for this section. It stays as it is; you can edit it by hand."
)


def load(session: Session, suggestion_id: UUID, *, clock: Clock) -> Wish | None:
    """What is to be written; None where nobody waits for it any more, or it cannot be written."""
    suggestion = queries.waiting(session, suggestion_id)
    if suggestion is None:
        return None
    note = session.get_one(Note, suggestion.note_id)
    transcript = notes.newest_transcript(session, note.consultation_id)
    template = session.get_one(NoteTemplate, note.template_id)
    sections = [SectionSpec(s["key"], s["title"], s["kind"], s["required"]) for s in template.sections]
    spec = next((each for each in sections if each.key == suggestion.section_key), None)
    version = notes.get_version(session, note, note.current_version)
    section = contents.from_json(version.content).section(suggestion.section_key)
    if transcript is None or spec is None or section is None or note.state == NoteState.SIGNED:
        fail(session, suggestion_id, SECTION_GONE, clock=clock)
        return None
    return Wish(
        suggestion_id=suggestion.id,
        consultation_id=note.consultation_id,
        section=spec,
        sections=sections,
        turns=turns_of(session, transcript),
        language=transcript.language,
        current=[Line(sentence.text, sentence.origin != "ai") for sentence in section.sentences],
        instruction=suggestion.instruction,
        wordings=wordings.in_use(session, suggestion.requested_by),
    )


def write(wish: Wish, drafter: Drafter) -> Draft:
    """The section anew; raises `LanguageModelFailed`."""
    if isinstance(drafter, LlmDrafter):
        return drafter.in_style(wish.wordings).rewrite(
            wish.turns,
            wish.section,
            wish.sections,
            language=wish.language,
            current=wish.current,
            wish=wish.instruction,
        )
    if wish.instruction is not None:
        # The budget was used up, or the drafter exchanged, since the doctor asked.
        why = drafter.notice.message if isinstance(drafter, Instead) else InstructNeedsLanguageModel.message
        raise LanguageModelFailed("llm_not_used", why)
    return drafter.draft(wish.turns, wish.sections, language=wish.language)


def settle(session: Session, wish: Wish, draft: Draft, *, drafter: str, clock: Clock) -> None:
    """Show the doctor what passed the checks; what did not is listed beside it."""
    own = [sentence for sentence in draft.sentences if sentence.section_key == wish.section.key]
    book = TurnBook(wish.turns)
    checked = applying.apply(evidence.verify(own, book), wish.wordings, book)
    if not checked.kept and not checked.refused:
        fail(session, wish.suggestion_id, NOTHING_FOUND, clock=clock)
        return
    suggestion = queries.waiting(session, wish.suggestion_id, for_update=True)
    if suggestion is None:
        return
    suggestion.lines = [
        {
            "id": new_id().hex,
            "text": sentence.text,
            "evidence": [vars(span) for span in sentence.evidence],
            "worded_from": sentence.worded_from,
        }
        for sentence in checked.kept
    ]
    suggestion.withheld = [
        {"section_key": wish.section.key, "text": refused.sentence.text, "problems": list(refused.problems)}
        for refused in checked.refused
    ]
    suggestion.notices = [{"code": notice.code, "message": notice.message} for notice in draft.notices]
    suggestion.drafter = draft.written_by or drafter
    _close(session, suggestion, SuggestionState.READY, clock)


def fail(session: Session, suggestion_id: UUID, failure: Failure, *, clock: Clock) -> None:
    """Tell the doctor why there is none."""
    suggestion = queries.waiting(session, suggestion_id, for_update=True)
    if suggestion is None:
        return
    suggestion.error_code, suggestion.error_message = failure.code, failure.message
    _close(session, suggestion, SuggestionState.FAILED, clock)


def _close(session: Session, suggestion: NoteSuggestion, state: SuggestionState, clock: Clock) -> None:
    note = session.get_one(Note, suggestion.note_id)
    # A note that was signed meanwhile takes no more suggestions.
    suggestion.state = SuggestionState.DISMISSED if note.state == NoteState.SIGNED else state
    suggestion.settled_at = clock.now()
    trail.record(
        session,
        "note.suggestion_written",
        note,
        section=suggestion.section_key,
        suggestion=str(suggestion.id),
        ended=suggestion.state.value,
        code=suggestion.error_code,
    )
    hint(session, session.get_one(Consultation, note.consultation_id))
