"""The pipeline's law, one move at a time."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from scribe import events
from scribe.audit.models import AuditEvent
from scribe.consultations import pipeline, service
from scribe.consultations.hints import Hint
from scribe.consultations.models import (
    ALLOWED_MOVES,
    Consultation,
    ConsultationStatus,
    Pipeline,
    Stage,
    StageState,
)
from scribe.consultations.pipeline import StageFailed, Superseded
from tests.fixtures.fakes import RecordingBus

DEAD = StageFailed("dead_letter", "It failed again and again.")


def _jobs(session):
    rows = session.execute(
        text("SELECT args, lock, scheduled_at FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
    )
    return rows.all()


def _pipeline(session, consultation) -> Pipeline:
    found = session.scalars(select(Pipeline).where(Pipeline.consultation_id == consultation.id)).one()
    session.refresh(found)
    return found


def _claimed(practice, stage=Stage.ASSEMBLE):
    with practice.session() as session:
        consultation = practice.processing(session, stage)
        taken = pipeline.claim(session, practice.id, consultation.id, stage)
    assert taken is not None
    return consultation, taken.claim


def test_a_request_and_its_job_commit_together(practice):
    with practice.session() as session:
        consultation = practice.processing(session, Stage.ASSEMBLE)

    with practice.session() as session:
        (job,) = _jobs(session)
        assert session.get_one(Consultation, consultation.id).status == ConsultationStatus.PROCESSING
    assert job.args == {
        "clinic_id": str(practice.id),
        "consultation_id": str(consultation.id),
        "stage": "assemble",
        "request_id": "-",
    }


def test_a_request_that_rolls_back_leaves_no_job(practice):
    with practice.session() as session:
        practice.processing(session, Stage.ASSEMBLE)
        session.rollback()

    with practice.session() as session:
        assert _jobs(session) == []


def test_the_stages_follow_each_other_until_the_consultation_is_ready(practice):
    with practice.session() as session:
        consultation = practice.processing(session)

    for stage in Stage:
        with practice.session() as session:
            taken = pipeline.claim(session, practice.id, consultation.id, stage)
        with practice.session() as session, pipeline.completing(session, taken.claim):
            pass

    with practice.session() as session:
        assert session.get_one(Consultation, consultation.id).status == ConsultationStatus.READY
        assert _pipeline(session, consultation).state == StageState.DONE
        assert [job.args["stage"] for job in _jobs(session)] == ["assemble", "transcribe", "roles", "draft"]


def test_an_older_attempt_can_write_nothing(practice):
    consultation, old = _claimed(practice)
    with practice.session() as session:
        assert pipeline.claim(session, practice.id, consultation.id, Stage.ASSEMBLE).claim.attempt_no > old.attempt_no

    writes = (
        lambda session: pipeline.completing(session, old).__enter__(),
        lambda session: pipeline.write_progress(session, old, 0.5),
        lambda session: pipeline.fail(session, old, DEAD),
        lambda session: pipeline.try_again(session, old, delay=timedelta(0)),
        lambda session: pipeline.hand_back(session, old),
    )
    for write in writes:
        with pytest.raises(Superseded), practice.session() as session:
            write(session)
    with practice.session() as session:
        assert _pipeline(session, consultation).state == StageState.RUNNING


def test_a_result_that_cannot_be_saved_leaves_the_claim_as_it_was(practice):
    consultation, claim = _claimed(practice)

    with (
        pytest.raises(ValueError, match="no"),
        practice.session() as session,
        pipeline.completing(session, claim),
    ):
        raise ValueError("no")

    with practice.session() as session, pipeline.completing(session, claim):
        pass
    with practice.session() as session:
        assert _pipeline(session, consultation).stage == Stage.TRANSCRIBE


def test_a_job_for_a_stage_that_has_passed_claims_nothing(practice):
    consultation, claim = _claimed(practice)
    with practice.session() as session, pipeline.completing(session, claim):
        pass

    with practice.session() as session:
        assert pipeline.claim(session, practice.id, consultation.id, Stage.ASSEMBLE) is None


def test_a_final_failure_names_its_error_and_the_doctor_can_retry_that_stage(practice):
    consultation, claim = _claimed(practice, Stage.DRAFT)
    with practice.session() as session:
        pipeline.fail(session, claim, StageFailed("draft_failed", "The draft could not be made."))

    with practice.session() as session:
        failed = session.get_one(Consultation, consultation.id)
        assert failed.status == ConsultationStatus.FAILED
        assert _pipeline(session, consultation).error_code == "draft_failed"

    with practice.session(practice.doctor) as session:
        again = session.get_one(Consultation, consultation.id)
        service.retry(session, consultation=again, doctor=practice.doctor)

    with practice.session() as session:
        row = _pipeline(session, consultation)
        assert (row.stage, row.state, row.error_code) == (Stage.DRAFT, StageState.WAITING, None)
        assert _jobs(session)[-1].args["stage"] == "draft"


def test_a_failed_stage_is_named_in_what_viewers_are_told(practice):
    bus = RecordingBus()
    events.attach(practice.factory, bus)
    _, claim = _claimed(practice, Stage.DRAFT)
    with practice.session() as session:
        pipeline.fail(session, claim, StageFailed("no_speech", "No speech was found."))

    told = [Hint.model_validate_json(message) for _, message in bus.published]

    assert [(hint.state, hint.error_code) for hint in told] == [
        (StageState.WAITING, None),
        (StageState.RUNNING, None),
        (StageState.FAILED, "no_speech"),
    ]


def test_a_stage_that_is_tried_again_later_keeps_its_count(practice):
    consultation, claim = _claimed(practice)
    with practice.session() as session:
        pipeline.try_again(session, claim, delay=timedelta(minutes=1))

    with practice.session() as session:
        assert _jobs(session)[-1].scheduled_at is not None
        assert pipeline.claim(session, practice.id, consultation.id, Stage.ASSEMBLE).tries == 2


def test_a_stage_handed_back_is_not_counted(practice):
    consultation, claim = _claimed(practice)
    with practice.session() as session:
        pipeline.hand_back(session, claim)

    with practice.session() as session:
        assert pipeline.claim(session, practice.id, consultation.id, Stage.ASSEMBLE).tries == 1


def test_a_dead_workers_stage_comes_back_until_the_cap_and_is_then_dead_lettered(practice):
    consultation, _ = _claimed(practice)
    outcomes = []
    for _ in range(3):
        with practice.session() as session:
            outcomes.append(pipeline.revive(session, consultation.id, Stage.ASSEMBLE, max_tries=3, dead=DEAD))
            pipeline.claim(session, practice.id, consultation.id, Stage.ASSEMBLE)

    assert outcomes == ["requeued", "requeued", "dead_lettered"]
    with practice.session() as session:
        assert session.get_one(Consultation, consultation.id).status == ConsultationStatus.FAILED
        assert _pipeline(session, consultation).error_code == "dead_letter"


def test_a_completed_stage_makes_one_audit_event(practice):
    _, claim = _claimed(practice)

    with practice.session() as session, pipeline.completing(session, claim):
        pass

    with practice.session() as session:
        events = session.scalars(select(AuditEvent)).all()
    assert [(event.action, event.actor_type) for event in events] == [("pipeline.stage_completed", "system")]


def test_the_database_allows_the_same_moves_as_the_code(practice):
    for before in ConsultationStatus:
        for after in ConsultationStatus:
            if before == after:
                continue
            with practice.session() as session:
                consultation = practice.consultation(session, status=before)
                moved = True
                try:
                    with session.begin_nested():
                        session.execute(
                            text("UPDATE consultations SET status = :after WHERE id = :id"),
                            {"after": after, "id": consultation.id},
                        )
                except Exception:  # noqa: BLE001
                    moved = False
            assert moved == (after in ALLOWED_MOVES[before]), (before, after)
