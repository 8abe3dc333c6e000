"""What fault tests ask for, and look at."""

from sqlalchemy import select

from scribe.consultations import invariants
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline, Stage
from scribe.jobs import queries as jobs
from tests.consultations.builders import Practice
from tests.worker.controlling import wait_until

ALL = [str(stage) for stage in Stage]


def new(practice: Practice, stage: Stage = Stage.ASSEMBLE) -> Consultation:
    with practice.session() as session:
        return practice.processing(session, stage)


def status(practice: Practice, consultation: Consultation) -> ConsultationStatus:
    with practice.session() as session:
        return ConsultationStatus(session.get_one(Consultation, consultation.id).status)


def pipeline(practice: Practice, consultation: Consultation) -> Pipeline:
    with practice.session() as session:
        return session.scalars(select(Pipeline).where(Pipeline.consultation_id == consultation.id)).one()


def wait_for(practice: Practice, consultation: Consultation, wanted: ConsultationStatus) -> None:
    wait_until(lambda: status(practice, consultation) == wanted, f"the consultation is {wanted}")


def wait_until_idle(practice: Practice) -> None:
    def idle() -> bool:
        with practice.session() as session:
            depth = jobs.depth_and_age(session)
        return (depth.waiting, depth.running) == (0, 0)

    wait_until(idle, "no job waits or runs")


def promises_kept(practice: Practice) -> bool:
    """Whether no invariant of the pipeline is broken; the fake stages write no transcript, note or consent."""
    with practice.session() as session:
        found = invariants.broken(session)
    return not set(found) - {"inv_ready_has_note", "inv_started_with_consent"}
