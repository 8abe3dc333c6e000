"""What clients send and get about documents for the patient."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from scribe.notes.models import VersionSource
from scribe.notes.patient_documents.models import DocumentKind
from scribe.notes.schemas import Evidence, Notice, Withheld


class DocumentSource(BaseModel):
    """A sentence of the signed note or of an addendum, and the words in the recording that it rests on."""

    id: str
    # Its section's title, or "Addendum".
    place: str
    text: str
    evidence: list[Evidence]


class DocumentSentenceRead(BaseModel):
    """A sentence of the document. `is_framing` marks fixed words, like a greeting, that say nothing of the visit."""

    id: str
    text: str
    origin: Literal["ai", "edited", "added"]
    author_name: str | None
    is_framing: bool
    sources: list[DocumentSource]


class DocumentSectionRead(BaseModel):
    """A section of the document."""

    key: str
    title: str
    sentences: list[DocumentSentenceRead]


class PatientDocumentRead(BaseModel):
    """A document in its newest version. Its ETag is the version."""

    consultation_id: UUID
    kind: DocumentKind
    name: str
    version: int
    source: VersionSource
    drafter: str
    saved_at: datetime
    # A language model is still writing; what is here stands meanwhile.
    awaits_model: bool
    # The note got an addendum after this was written.
    is_outdated: bool
    approved_by_name: str | None
    approved_at: datetime | None
    sections: list[DocumentSectionRead]
    notices: list[Notice]
    withheld: list[Withheld]


class PatientDocumentsRead(BaseModel):
    """The documents of a note that are written, and why none can be written where that is so."""

    refusal: str | None
    may_edit: bool
    documents: list[PatientDocumentRead]


class WriteDocument(BaseModel):
    """Write, or write anew. Human words are kept in their version, and never dropped unasked."""

    replace_human_edits: bool = False


class DocumentSectionWrite(BaseModel):
    """The section as the doctor left it: one sentence a line."""

    text: Annotated[str, Field(max_length=20_000)]


class DocumentVersionRead(BaseModel):
    """A line of a document's history."""

    version: int
    source: VersionSource
    author_name: str | None
    drafter: str
    created_at: datetime
    content_sha256: str


class DocumentVersionFull(DocumentVersionRead):
    """An older version, whole."""

    sections: list[DocumentSectionRead]
