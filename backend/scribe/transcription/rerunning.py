"""Run a stage again of a consultation whose note is there already: for operators, after an engine was improved, say.

Or of one that was cancelled by mistake.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from scribe.audit import service as audit
from scribe.consultations import pipeline
from scribe.consultations import queries as consultations
from scribe.consultations.errors import AlreadySigned, Cancelled
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.core.errors import Conflict
from scribe.recordings.models import Recording
from scribe.transcription import queries
from scribe.transcription.errors import CannotRunAgain, TranscriptHasCorrections
from scribe.transcription.models import TranscriptSource

_REFUSED: dict[ConsultationStatus, Callable[[], Conflict]] = {
    ConsultationStatus.RECORDING: partial(CannotRunAgain, "It is still being recorded. Wait until that has ended."),
    ConsultationStatus.PROCESSING: partial(
        CannotRunAgain, "It is being processed just now. Wait until that has ended."
    ),
    ConsultationStatus.SIGNED: AlreadySigned,
    ConsultationStatus.CANCELLED: partial(
        Cancelled, "This consultation was cancelled. Its stage assemble brings it back, if audio of it is here."
    ),
}
_MAKE_A_TRANSCRIPT = (Stage.ASSEMBLE, Stage.TRANSCRIBE)


def rerun(session: Session, *, consultation: Consultation, stage: Stage, replace_corrections: bool) -> None:
    """Ask for the stage and those after it. The caller has locked the consultation.

    Older versions stay. A draft never takes the place of a person's words (`notes.service.save_draft`); a new
    transcript takes that of a person's corrections only where that was agreed to.
    """
    refusal = _REFUSED.get(ConsultationStatus(consultation.status))
    if refusal and not _brings_back(session, consultation, stage):
        raise refusal()
    if failed := consultations.failed_before(session, consultation, stage):
        raise CannotRunAgain(f"Its stage {failed} has failed, and {stage} needs what that makes. Run {failed} again.")
    newest = queries.newest(session, consultation.id)
    is_corrected = newest is not None and newest.source == TranscriptSource.HUMAN
    if stage in _MAKE_A_TRANSCRIPT and is_corrected and not replace_corrections:
        raise TranscriptHasCorrections
    audit.record(
        session,
        "pipeline.rerun_requested",
        entity_type="consultation",
        entity_id=consultation.id,
        stage=str(stage),
        replaces_corrections=stage in _MAKE_A_TRANSCRIPT and is_corrected,
    )
    pipeline.request(session, consultation, stage)


def _brings_back(session: Session, consultation: Consultation, stage: Stage) -> bool:
    """Whether it was cancelled, and its recording is closed with something in it."""
    if consultation.status != ConsultationStatus.CANCELLED or stage != Stage.ASSEMBLE:
        return False
    manifest = session.get_one(Recording, consultation.recording_id).manifest
    return manifest is not None and bool(manifest["segments"])
