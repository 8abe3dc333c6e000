"""What clients send and get about patients and consultations."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from scribe.consultations.models import ConsentMethod, ConsultationStatus, Stage, StageState

Name = Annotated[str, Field(min_length=1, max_length=100)]
Gender = Literal["male", "female", "other", "unknown"]


class PatientCreate(BaseModel):
    """A new patient."""

    given_name: Name
    family_name: Name
    birth_date: date | None = None
    gender: Gender = "unknown"
    identifier: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class PatientUpdate(BaseModel):
    """A correction to a patient; what is left out stays."""

    given_name: Name | None = None
    family_name: Name | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    identifier: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class PatientRead(BaseModel):
    """A patient."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    gender: str
    identifier: str | None


class PatientPage(BaseModel):
    """Patients that match a search, the best first."""

    items: list[PatientRead]


class ConsentGiven(BaseModel):
    """The consent that was given before the button turned red."""

    method: ConsentMethod
    wording_version: Annotated[str, Field(min_length=1, max_length=32)]


class ConsultationStart(BaseModel):
    """All that is needed to start recording."""

    idempotency_key: UUID
    patient_id: UUID | None = None
    template_key: Annotated[str, Field(min_length=1, max_length=64)]
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"
    consent: ConsentGiven
    source: Literal["capture", "upload"] = "capture"


class ConsultationUpdate(BaseModel):
    """Assign the patient later, or correct it, until the note is signed."""

    patient_id: UUID | None


class ContextWrite(BaseModel):
    """What the doctor has typed so far, all of it."""

    text: Annotated[str, Field(max_length=20_000)]


class ContextRead(BaseModel):
    """What the doctor typed beside the recording; `saved_at` is null where nothing ever was."""

    text: str
    saved_at: datetime | None


class PipelineRead(BaseModel):
    """How far processing has come, what it waits for, and what stopped it."""

    model_config = ConfigDict(from_attributes=True)

    stage: Stage
    state: StageState
    progress: float
    waiting_code: str | None
    waiting_message: str | None
    error_code: str | None
    error_message: str | None
    updated_at: datetime


class ConsultationPermissions(BaseModel):
    """What the viewer may do with it now; `sign_refusal` says why not, in words.

    `edit` is of the note, `correct` of the transcript, `assign` of the patient.
    """

    edit: bool
    correct: bool
    assign: bool
    sign: bool
    amend: bool
    retry: bool
    cancel: bool
    sign_refusal: str | None


class ConsultationRead(BaseModel):
    """A consultation as the worklist and the review screen show it."""

    id: UUID
    status: ConsultationStatus
    patient: PatientRead | None
    doctor_id: UUID
    doctor_name: str
    template_key: str
    language: str
    started_at: datetime
    ended_at: datetime | None
    duration_ms: int | None
    signed_at: datetime | None
    recording_id: UUID
    pipeline: PipelineRead | None
    permissions: ConsultationPermissions


class ConsultationPage(BaseModel):
    """One page of the worklist; `next_cursor` is null on the last."""

    items: list[ConsultationRead]
    next_cursor: str | None


class RecordingGrant(BaseModel):
    """What a browser needs to record: where to send chunks, and the key of its journal.

    `upload_token` is a bearer token for this recording's chunks and seal only; it outlives an idle lock.
    `journal_key` is 32 bytes in base64 and must stay in memory: what the browser stores is encrypted with it.
    """

    recording_id: UUID
    upload_token: str
    upload_token_expires_at: datetime
    journal_key: str
    chunk_max_bytes: int


class ConsultationStarted(BaseModel):
    """The consultation, and the means to record it."""

    consultation: ConsultationRead
    recording: RecordingGrant


class ConsentWording(BaseModel):
    """The text that is read out to the patient. `language` is what it is written in, also where we lack the wanted."""

    version: str
    language: str
    text: str


class Language(BaseModel):
    """A language that consultations can be held in."""

    code: str
    name: str


class ConsultationChanged(BaseModel):
    """One SSE event, named `consultation`: a hint to load it anew. A failed stage is named by its `error_code`."""

    consultation_id: UUID
    status: ConsultationStatus
    stage: Stage | None
    state: StageState | None
    progress: float
    # A default, since a process of the version before may still publish without it.
    error_code: str | None = None
