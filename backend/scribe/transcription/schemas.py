"""What clients send and get about transcripts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from scribe.transcription.models import SpeakerRole, TranscriptSource


class Word(BaseModel):
    """A word with its time and how sure the engine was (0..1); `risky` marks unsure doses, drugs, negations."""

    text: str
    start_ms: int
    end_ms: int
    probability: float
    risky: bool


class UtteranceRead(BaseModel):
    """One turn."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    speaker: str
    role: SpeakerRole
    start_ms: int
    end_ms: int
    text: str
    words: list[Word]


class TranscriptWarning(BaseModel):
    """Something the doctor should know about how the transcript was made."""

    code: str
    message: str


class TranscriptRead(BaseModel):
    """The newest version of what was said. Its ETag is the version."""

    consultation_id: UUID
    version: int
    source: TranscriptSource
    engine: str
    model: str
    language: str
    speech_ms: int
    warnings: list[TranscriptWarning]
    utterances: list[UtteranceRead]


class UtteranceText(BaseModel):
    """What was said in a turn, corrected."""

    number: Annotated[int, Field(ge=0)]
    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class UtteranceTexts(BaseModel):
    """Corrected words of many turns, for one new version."""

    texts: Annotated[list[UtteranceText], Field(min_length=1, max_length=10_000)]


class UtteranceUpdate(BaseModel):
    """Correct a turn: who spoke, or what was said. `scope` says whether a role goes to this turn or to the voice."""

    role: SpeakerRole | None = None
    text: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    scope: Literal["turn", "speaker"] = "turn"


class VendorRead(BaseModel):
    """A clinic's recordings at AssemblyAI; `problem` says in words what keeps them waiting."""

    problem: str | None
    under_way: int
    undeleted: int
    oldest_undeleted_at: datetime | None
