"""What admins send and get about their clinic's settings and use."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scribe.accounts.clinic_settings import DrafterName, EngineName
from scribe.accounts.usage import Kind, Unit
from scribe.core.settings import Region

SpeechModel = Literal["universal-3-5-pro", "universal-2"]


class ClinicSettingsWrite(BaseModel):
    """All of a clinic's choices. Key terms are the lines as they were typed; refusals name their numbers."""

    model_config = ConfigDict(extra="forbid")

    engine: Literal["default", "local", "assemblyai"]
    region: Literal["default", "us", "eu"]
    speech_models: Annotated[list[SpeechModel], Field(min_length=1, max_length=2)]
    key_terms: Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=3000)]
    drafter: Literal["default", "extractive", "llm"]
    live_captions: bool
    monthly_budget_cents: Annotated[int, Field(ge=0, le=100_000_000)] | None


class InForce(BaseModel):
    """What holds where nothing, or "default", is chosen."""

    engine: EngineName
    region: Region
    drafter: DrafterName


class RegionOffer(BaseModel):
    """A region of AssemblyAI: where audio and transcripts would go, in words, and why they cannot."""

    region: Region
    audio_goes: str
    # Null where it may be chosen.
    no_audio: str | None
    # Null where no language model is set for this region.
    transcripts_go: str | None
    no_transcripts: str | None


class Prices(BaseModel):
    """US cents for an hour of audio, or for a million tokens."""

    universal_3_5_pro: float
    universal_2: float
    medical: float
    key_terms: float
    speaker_labels: float
    streaming: float
    streaming_speaker_labels: float
    # Null where no price is set.
    llm_input: float | None
    llm_output: float | None


class Offers(BaseModel):
    """What this server offers to its clinics."""

    defaults: InForce
    regions: list[RegionOffer]
    # Why AssemblyAI or a language model can be chosen in no region; null where they can.
    no_assemblyai: str | None
    no_language_model: str | None
    # The language model's name, where one is set.
    language_model: str | None
    prices: Prices


class ClinicSettingsRead(BaseModel):
    """A clinic's choices (version 0: none yet), and what its server offers."""

    version: int
    engine: Literal["default", "local", "assemblyai"]
    region: Literal["default", "us", "eu"]
    speech_models: list[SpeechModel]
    key_terms: list[str]
    drafter: Literal["default", "extractive", "llm"]
    live_captions: bool
    monthly_budget_cents: int | None
    offers: Offers


class ClinicChoicesRead(BaseModel):
    """What holds in the clinic, for all of its people."""

    model_config = ConfigDict(from_attributes=True)

    engine: EngineName
    region: Region
    drafter: DrafterName
    live_captions: bool


class UsageLineRead(BaseModel):
    """One kind of use in a month."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    unit: Unit
    quantity: int
    microcents: int


class MonthRead(BaseModel):
    """A month of the clinic's calendar, by its first day."""

    model_config = ConfigDict(from_attributes=True)

    month: date
    lines: list[UsageLineRead]
    microcents: int


class UsageRead(BaseModel):
    """The last months, newest first, and how this one stands to the budget."""

    months: list[MonthRead]
    budget_cents: int | None
    # 1 is all of the budget; null without one.
    share: float | None
    level: Literal["within", "warned", "reached"]
    # Whether new jobs for cloud services are refused until the month ends or the budget is raised.
    is_stopped: bool
