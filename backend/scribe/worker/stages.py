"""The pipeline's stages with all that they need."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations.models import Stage
from scribe.consultations.pipeline import StageRunner
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.tasks import DraftStage
from scribe.recordings import sealing
from scribe.recordings.keeping import Vault
from scribe.recordings.tasks import AssembleStage
from scribe.storage.base import ObjectStore
from scribe.transcription.engines.choice import Engines
from scribe.transcription.tasks import RolesStage, TranscribeStage


def make_runners(
    settings: Settings, store: ObjectStore, keyring: KeyRing, engines: Engines
) -> dict[Stage, StageRunner]:
    """One runner for each stage."""
    return {
        Stage.ASSEMBLE: AssembleStage(store=store, keyring=keyring, settings=settings.recording),
        Stage.TRANSCRIBE: TranscribeStage(store=store, keyring=keyring, settings=settings, engines=engines),
        Stage.ROLES: RolesStage(),
        Stage.DRAFT: DraftStage(drafter=ExtractiveDrafter()),
    }


def make_sealing(
    settings: Settings, sessions: sessionmaker[Session], store: ObjectStore, keyring: KeyRing
) -> Callable[[UUID], None]:
    """What seals a clinic's abandoned recordings."""
    vault = Vault(factory=sessions, store=store, keyring=keyring, clock=SystemClock(), settings=settings)

    def seal(clinic_id: UUID) -> None:
        sealing.seal_abandoned(vault, clinic_id)

    return seal
