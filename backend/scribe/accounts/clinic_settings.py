"""What a clinic has chosen: which engine hears its audio, who drafts its notes, what it may cost."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.accounts.models import ClinicSettings
from scribe.core.settings import Region, Settings

EngineName: TypeAlias = Literal["local", "assemblyai", "fake"]
DrafterName: TypeAlias = Literal["extractive", "llm"]
# In the order in which the vendor tries them.
SPEECH_MODELS = ("universal-3-5-pro", "universal-2")


@dataclass(frozen=True)
class ClinicChoices:
    """What holds for a clinic, with the server's defaults where it chose nothing.

    A choice that the server no longer offers (its key was removed) stands: the job fails by name, and nothing is
    sent elsewhere in its place.
    """

    engine: EngineName
    # Where the vendor works, for audio and for its language model.
    region: Region
    speech_models: tuple[str, ...]
    key_terms: tuple[str, ...]
    drafter: DrafterName
    live_captions: bool


def of(session: Session, settings: Settings) -> ClinicChoices:
    """What holds for the entered clinic."""
    row = find(session)
    chosen = (row.engine, row.region, row.drafter) if row else ("default", "default", "default")
    server = (settings.default_engine, settings.vendor.default_region, settings.language_model.drafter)
    engine, region, drafter = (ours if own == "default" else own for own, ours in zip(chosen, server, strict=True))
    if stays_here(engine=chosen[0], drafter=chosen[2]):
        drafter = "extractive"
    return ClinicChoices(
        engine=cast("EngineName", engine),
        region=cast("Region", region),
        speech_models=tuple(row.speech_models) if row else SPEECH_MODELS,
        key_terms=tuple(row.key_terms) if row else (),
        drafter=cast("DrafterName", drafter),
        live_captions=row.live_captions if row else True,
    )


def stays_here(*, engine: str, drafter: str) -> bool:
    """Whether a clinic's choices keep its transcripts on the server, whatever drafts for clinics that chose nothing.

    Who had their audio stay is not taken to have their transcripts sent: that must be chosen by itself.
    """
    return drafter == "extractive" or (engine == "local" and drafter == "default")


def find(session: Session, *, for_update: bool = False) -> ClinicSettings | None:
    """The entered clinic's row, if it ever chose something."""
    # By its id too: with no clinic entered this must fail, not read as a clinic that chose nothing.
    statement = select(ClinicSettings).where(ClinicSettings.clinic_id == session.info["clinic_id"])
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)
