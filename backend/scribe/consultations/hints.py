"""The live hint that a consultation has changed: ids and states, no word of what it is about."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from scribe import events
from scribe.consultations.models import Consultation, Pipeline, Stage, StageState
from scribe.consultations.schemas import ConsultationChanged


class Hint(ConsultationChanged):
    """What travels on the bus: the event, and whose consultation it is, so that each stream can be filtered."""

    doctor_id: UUID


@dataclass(frozen=True)
class _Progress:
    stage: Stage | None
    state: StageState | None
    progress: float
    error_code: str | None


_NONE = _Progress(None, None, 0, None)


def hint(session: Session, consultation: Consultation, pipeline: Pipeline | None = None) -> None:
    """Tell the clinic's viewers after the commit."""
    at = _Progress(pipeline.stage, pipeline.state, pipeline.progress, pipeline.error_code) if pipeline else _NONE
    message = Hint(
        consultation_id=consultation.id,
        doctor_id=consultation.doctor_id,
        status=consultation.status,
        stage=at.stage,
        state=at.state,
        progress=at.progress,
        error_code=at.error_code,
    )
    events.hint(session, str(consultation.clinic_id), message.model_dump_json())
