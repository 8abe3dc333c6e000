"""What can be asked about vendor jobs."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline
from scribe.transcription.vendor_models import IN_FLIGHT, VendorJob, VendorJobState


def in_flight(session: Session, consultation_id: UUID) -> VendorJob | None:
    """The consultation's one job that has not ended."""
    return session.scalar(
        select(VendorJob).where(VendorJob.consultation_id == consultation_id, VendorJob.state.in_(IN_FLIGHT))
    )


def newest(session: Session, consultation_id: UUID) -> VendorJob | None:
    """The consultation's last job, ended or not."""
    statement = select(VendorJob).where(VendorJob.consultation_id == consultation_id)
    return session.scalar(statement.order_by(VendorJob.id.desc()).limit(1))


def was_shorter(session: Session, job: VendorJob) -> bool:
    """Whether the vendor heard less than it was sent of this file before."""
    statement = select(VendorJob.id).where(
        VendorJob.consultation_id == job.consultation_id,
        VendorJob.audio_key == job.audio_key,
        VendorJob.error_code == "audio_shorter",
        VendorJob.id != job.id,
    )
    return session.scalar(statement.limit(1)) is not None


def find(session: Session, job_id: UUID) -> VendorJob | None:
    """The job; None where it is not the entered clinic's."""
    return session.scalar(select(VendorJob).where(VendorJob.id == job_id))


def locked(session: Session, job_id: UUID) -> VendorJob | None:
    """The job, locked; None where it is not the clinic's."""
    statement = select(VendorJob).where(VendorJob.id == job_id)
    return session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def undeleted(session: Session) -> Sequence[VendorJob]:
    """Ended jobs of the clinic that the vendor may still hold, the oldest first."""
    return session.scalars(
        select(VendorJob)
        .where(VendorJob.deleted_at.is_(None), VendorJob.state.not_in(IN_FLIGHT))
        .order_by(VendorJob.stepped_at)
    ).all()


def left_alone(session: Session, *, since: datetime) -> Sequence[VendorJob]:
    """Jobs in flight whose consultation has not waited for them for so long, or is cancelled; locked."""
    return session.scalars(
        select(VendorJob)
        .join(Consultation, Consultation.id == VendorJob.consultation_id)
        .join(Pipeline, Pipeline.consultation_id == VendorJob.consultation_id)
        .where(
            VendorJob.state.in_(IN_FLIGHT),
            Consultation.status != ConsultationStatus.PROCESSING,
            or_(Pipeline.updated_at < since, Consultation.status == ConsultationStatus.CANCELLED),
        )
        # The consultation's lock comes first, as everywhere: who asks for its stage again waits, or is not waited for.
        .with_for_update(of=[Consultation, VendorJob], skip_locked=True)
    ).all()


def elsewhere(session: Session, *, vendor: str, region: str) -> Sequence[UUID]:
    """Consultations with a job in flight that is not where the clinic wants it now."""
    return session.scalars(
        select(VendorJob.consultation_id).where(
            VendorJob.state.in_(IN_FLIGHT), or_(VendorJob.vendor != vendor, VendorJob.region != region)
        )
    ).all()


def known(
    session: Session, *, region: str, upload_urls: Collection[str], transcript_ids: Collection[str]
) -> Sequence[VendorJob]:
    """The clinic's jobs that these uploads or transcripts belong to."""
    return session.scalars(
        select(VendorJob).where(
            VendorJob.region == region,
            or_(VendorJob.upload_url.in_(upload_urls), VendorJob.transcript_id.in_(transcript_ids)),
        )
    ).all()


def regions(session: Session) -> set[str]:
    """Where the clinic has ever sent anything."""
    return set(session.scalars(select(VendorJob.region).distinct()))


def count_in_flight(session: Session) -> dict[VendorJobState, int]:
    """How many jobs are under way, by how far they are."""
    rows = session.execute(
        select(VendorJob.state, func.count()).where(VendorJob.state.in_(IN_FLIGHT)).group_by(VendorJob.state)
    )
    return {VendorJobState(state): number for state, number in rows}
