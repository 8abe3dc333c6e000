"""Suggestions as their doctor sees them."""

from sqlalchemy.orm import Session

from scribe.consultations.models import Consultation
from scribe.core.settings import Settings
from scribe.notes import content as contents
from scribe.notes import presenting
from scribe.notes import queries as notes
from scribe.notes.models import Note, NoteState
from scribe.notes.suggestions import diff, queries, service
from scribe.notes.suggestions.models import NoteSuggestion, SuggestionState
from scribe.notes.suggestions.schemas import SuggestionRead, SuggestionRow, SuggestionsRead


def present(session: Session, consultation: Consultation, note: Note, settings: Settings) -> SuggestionsRead:
    """The open suggestions of a note, each compared with its section as it is now."""
    content = contents.from_json(notes.get_version(session, note, note.current_version).content)
    spoken = presenting.spoken_now(session, consultation)
    names = presenting.author_names(session, content)

    def rows(suggestion: NoteSuggestion, section: contents.NoteSection) -> list[SuggestionRow]:
        if suggestion.state != SuggestionState.READY:
            return []
        return [
            SuggestionRow(
                kind=row.kind,
                sentence=presenting.shown_sentence(row.sentence, spoken, names),
                is_ticked=row.is_ticked,
            )
            for row in diff.rows(section.sentences, diff.lines_of(suggestion.lines))
        ]

    found = [] if note.state == NoteState.SIGNED else queries.open_of(session, note)
    return SuggestionsRead(
        version=note.current_version,
        instruct_refusal=service.instruct_refusal(session, settings),
        suggestions=[
            _read(suggestion, rows(suggestion, section))
            for suggestion in found
            if (section := content.section(suggestion.section_key)) is not None
        ],
    )


def _read(suggestion: NoteSuggestion, rows: list[SuggestionRow]) -> SuggestionRead:
    return SuggestionRead.model_validate(
        {
            "id": suggestion.id,
            "section_key": suggestion.section_key,
            "instruction": suggestion.instruction,
            "state": suggestion.state,
            "requested_at": suggestion.created_at,
            "drafter": suggestion.drafter,
            "rows": rows,
            "notices": suggestion.notices,
            "withheld": suggestion.withheld,
            "error_code": suggestion.error_code,
            "error_message": suggestion.error_message,
        }
    )
