"""What clients send and get about notes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from scribe.notes.evidence import Problem
from scribe.notes.models import NoteState, VersionSource


class TemplateSection(BaseModel):
    """A section of a template."""

    key: str
    title: str
    kind: str
    required: bool


class TemplateRead(BaseModel):
    """A template that a consultation can be drafted into."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    name: str
    description: str
    sections: list[TemplateSection]


class Evidence(BaseModel):
    """The words that a sentence came from."""

    utterance: int
    start_ms: int
    end_ms: int
    quote: str


class Sentence(BaseModel):
    """A sentence of the note. No evidence means that no source was found, and is shown so."""

    id: str
    text: str
    origin: Literal["ai", "edited", "added"]
    author_id: UUID | None = None
    author_name: str | None = None
    # The transcript's turn was corrected after this sentence was drafted from it.
    source_changed: bool = False
    evidence: list[Evidence]


class Section(BaseModel):
    """A section of the note."""

    key: str
    title: str
    required: bool
    sentences: list[Sentence]


class SignatureRead(BaseModel):
    """Who signed what, and when."""

    model_config = ConfigDict(from_attributes=True)

    signer_id: UUID
    signer_name: str
    version: int
    attestation: str
    signed_at: datetime


class AddendumRead(BaseModel):
    """An addition after the signature."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    author_name: str
    text: str
    created_at: datetime


class OpenItem(BaseModel):
    """Something to look at before signing."""

    kind: Literal["no_source", "empty_required_section", "source_changed", "no_patient"]
    section_key: str | None
    sentence_id: str | None
    message: str


class Notice(BaseModel):
    """Something that the doctor should know about how the draft was made."""

    code: str
    message: str


class Withheld(BaseModel):
    """A drafted sentence that is no part of the note: the section it was meant for, and the checks that it failed."""

    section_key: str
    text: str
    problems: list[Problem]


class NoteRead(BaseModel):
    """The note in its newest version. Its ETag is the version."""

    consultation_id: UUID
    state: NoteState
    version: int
    source: VersionSource
    template_key: str
    template_name: str
    transcript_version: int
    drafter: str
    saved_at: datetime
    sections: list[Section]
    notices: list[Notice]
    withheld: list[Withheld]
    open_items: list[OpenItem]
    attestation: str
    signature: SignatureRead | None
    addenda: list[AddendumRead]


# What a draft can fill: three hours of quotes, at the pace of fast speech, all in one section.
SECTION_MAX_CHARACTERS = 500_000


class SectionWrite(BaseModel):
    """The section as the doctor left it: one sentence a line. The server finds out which lines are which sentences."""

    text: Annotated[str, Field(max_length=SECTION_MAX_CHARACTERS)]


class Sign(BaseModel):
    """The doctor's confirmation of what they sign; items left open must be acknowledged."""

    acknowledge_open_items: bool = False


class AddendumCreate(BaseModel):
    """An addition to a signed note."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class Redraft(BaseModel):
    """Draft anew, perhaps into another template. Human words are kept in their version, and never dropped unasked."""

    template_key: str | None = None
    replace_human_edits: bool = False


class NoteVersionRead(BaseModel):
    """A line of the note's history."""

    version: int
    source: VersionSource
    author_name: str | None
    created_at: datetime
    content_sha256: str


class NoteVersionFull(NoteVersionRead):
    """An older version, whole."""

    sections: list[Section]
    notices: list[Notice]
    withheld: list[Withheld]
