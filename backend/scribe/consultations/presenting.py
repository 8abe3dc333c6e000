"""A consultation as its reader sees it."""

from scribe.accounts.models import User
from scribe.consultations import permissions
from scribe.consultations.queries import Listed
from scribe.consultations.schemas import ConsultationRead, PatientRead, PipelineRead


def present(viewer: User, listed: Listed) -> ConsultationRead:
    """The consultation with patient, doctor, pipeline, and what the viewer may do with it."""
    consultation = listed.consultation
    return ConsultationRead(
        id=consultation.id,
        status=consultation.status,
        patient=PatientRead.model_validate(listed.patient) if listed.patient else None,
        doctor_id=consultation.doctor_id,
        doctor_name=listed.doctor_name,
        template_key=consultation.template_key,
        language=consultation.language,
        started_at=consultation.started_at,
        ended_at=consultation.ended_at,
        duration_ms=consultation.duration_ms,
        signed_at=consultation.signed_at,
        recording_id=consultation.recording_id,
        pipeline=PipelineRead.model_validate(listed.pipeline) if listed.pipeline else None,
        permissions=permissions.of(viewer, consultation, listed.pipeline.stage if listed.pipeline else None),
    )
