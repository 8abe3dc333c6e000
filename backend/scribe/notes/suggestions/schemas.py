"""What clients send and get about suggestions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from scribe.notes.schemas import Notice, Sentence, Withheld

LineIds = Annotated[list[str], Field(max_length=1000)]


class SuggestionCreate(BaseModel):
    """What the doctor wishes for the section; nothing means: draft it again."""

    instruction: Annotated[str, Field(max_length=500)] | None = None


class SuggestionRow(BaseModel):
    """A line of the section or of the suggestion, in the order in which they would stand.

    `kept` is in both. `removed` is only in the section: it goes if it is ticked. `added` is only in the suggestion: it
    comes if it is ticked. `is_ticked` is what is proposed; a person's line is never ticked to go.
    """

    kind: Literal["kept", "removed", "added"]
    sentence: Sentence
    is_ticked: bool


class SuggestionRead(BaseModel):
    """A suggestion for one section, compared with the section as it is now."""

    id: UUID
    section_key: str
    instruction: str | None
    state: Literal["waiting", "ready", "failed"]
    requested_at: datetime
    drafter: str | None
    rows: list[SuggestionRow]
    notices: list[Notice]
    withheld: list[Withheld]
    error_code: str | None
    error_message: str | None


class SuggestionsRead(BaseModel):
    """All open suggestions of a note, compared with this version of it."""

    version: int
    # Why the clinic's drafter follows no instructions, in words; null where it does.
    instruct_refusal: str | None
    suggestions: list[SuggestionRead]


class SuggestionAccept(BaseModel):
    """The ticked lines: those of the section to remove, and those of the suggestion to take."""

    remove: LineIds = []
    take: LineIds = []
