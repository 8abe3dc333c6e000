"""Workers killed, paused and poisoned: every consultation ends right, and once."""

import os
import signal

import pytest

from scribe.consultations.models import ConsultationStatus, Stage, StageState
from tests.consultations.builders import Practice
from tests.worker.asking import ALL, new, pipeline, promises_kept, status, wait_for, wait_until_idle
from tests.worker.controlling import Hit, World, wait_until


def test_a_consultation_goes_through_all_stages(world: World, practice: Practice) -> None:
    world.workers.start()

    consultation = new(practice)

    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL
    assert pipeline(practice, consultation).state == StageState.DONE


@pytest.mark.parametrize("point", ["working", "writing"])
@pytest.mark.parametrize("stage", ALL)
def test_a_worker_killed_inside_a_stage_leaves_one_result(
    world: World, practice: Practice, stage: str, point: str
) -> None:
    world.controller.hold_once(stage, point)
    world.workers.start()
    consultation = new(practice)
    hit = world.controller.catch()

    world.workers.kill(hit.pid)
    world.workers.start()

    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL
    wait_until_idle(practice)
    assert promises_kept(practice)


def test_a_paused_worker_that_resumes_writes_nothing(world: World, practice: Practice) -> None:
    world.controller.hold_once("transcribe", "working")
    paused = world.workers.start()
    consultation = new(practice)
    hit = world.controller.catch()
    os.kill(hit.pid, signal.SIGSTOP)
    other = world.workers.start()
    wait_for(practice, consultation, ConsultationStatus.READY)

    os.kill(hit.pid, signal.SIGCONT)
    hit.say()

    wait_until(lambda: "superseded" in world.workers.log, "the paused worker finds that it is superseded")
    assert world.results(consultation.id) == ALL
    assert status(practice, consultation) == ConsultationStatus.READY
    # Struck off meanwhile, it begins anew and works on.
    world.workers.kill(other.pid)
    again = new(practice)
    wait_for(practice, again, ConsultationStatus.READY)
    assert paused.poll() is None


def test_a_paused_worker_cannot_finish_while_its_successor_works(world: World, practice: Practice) -> None:
    world.controller.rule = lambda hit: "hold" if hit.stage == "transcribe" and hit.point == "working" else None
    world.workers.start()
    consultation = new(practice)
    zombie = world.controller.catch()
    os.kill(zombie.pid, signal.SIGSTOP)
    world.workers.start()
    successor = world.controller.catch()
    assert successor.attempt_no > zombie.attempt_no

    os.kill(zombie.pid, signal.SIGCONT)
    zombie.say()
    wait_until(lambda: "superseded" in world.workers.log, "the zombie finds that it is superseded")

    assert world.results(consultation.id) == ["assemble"]
    assert pipeline(practice, consultation).state == StageState.RUNNING
    successor.say()
    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL


def test_a_worker_paused_inside_its_last_transaction_holds_nobody_up_for_long(world: World, practice: Practice) -> None:
    world.workers.env["DATABASE_IDLE_TRANSACTION_TIMEOUT_MS"] = "3000"
    world.controller.hold_once("transcribe", "writing")
    world.workers.start()
    consultation = new(practice)
    hit = world.controller.catch()

    os.kill(hit.pid, signal.SIGSTOP)
    world.workers.start()

    wait_for(practice, consultation, ConsultationStatus.READY)
    os.kill(hit.pid, signal.SIGCONT)
    hit.say()
    wait_until_idle(practice)
    assert world.results(consultation.id) == ALL
    assert promises_kept(practice)


@pytest.mark.timeout(900)
def test_a_job_that_kills_its_worker_each_time_is_given_up_and_the_others_go_on(
    world: World, practice: Practice
) -> None:
    poison = new(practice)
    others = [new(practice) for _ in range(4)]
    world.controller.rule = lambda hit: "die" if hit.consultation_id == str(poison.id) else None

    with world.workers.kept_running():
        wait_for(practice, poison, ConsultationStatus.FAILED)
        for other in others:
            wait_for(practice, other, ConsultationStatus.READY)

    row = pipeline(practice, poison)
    assert (row.stage, row.state, row.error_code) == (Stage.ASSEMBLE, StageState.FAILED, "dead_letter")
    assert row.error_message is not None
    assert "Retry" in row.error_message
    deaths = [hit for hit in world.controller.hits if hit.consultation_id == str(poison.id)]
    assert len(deaths) == 3
    assert world.results(poison.id) == []
    assert [world.results(other.id) for other in others] == [ALL] * 4


@pytest.mark.timeout(900)
def test_a_job_that_always_runs_beside_one_that_kills_its_worker_is_not_given_up_with_it(
    world: World, practice: Practice
) -> None:
    beside, poison = new(practice), new(practice)
    together: dict[str, Hit] = {}

    def die_together(hit: Hit) -> str | None:
        if (hit.stage, hit.point) != (Stage.ASSEMBLE, "working"):
            return None
        if world.lock_of(hit.consultation_id):
            return "die" if hit.consultation_id == str(poison.id) else None
        together[hit.consultation_id] = hit
        if len(together) == 2:
            together[str(poison.id)].say("die")
            together.clear()
        return "hold"

    world.controller.rule = die_together
    with world.workers.kept_running():
        wait_for(practice, poison, ConsultationStatus.FAILED)
        wait_for(practice, beside, ConsultationStatus.READY)

    assert world.results(beside.id) == ALL
    assert world.results(poison.id) == []


def test_a_failure_that_may_pass_is_tried_again(world: World, practice: Practice) -> None:
    world.controller.rule = lambda hit: (
        "fail_retryable" if hit.stage == "transcribe" and hit.attempt_no < 4 and hit.point == "working" else None
    )
    world.workers.start()

    consultation = new(practice)

    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL
    assert len([hit for hit in world.controller.hits if (hit.stage, hit.point) == ("transcribe", "working")]) == 2


def test_a_failure_that_does_not_pass_is_final_after_the_cap(world: World, practice: Practice) -> None:
    world.controller.rule = lambda hit: "fail_retryable" if hit.stage == "draft" else None
    world.workers.start()

    consultation = new(practice)

    wait_for(practice, consultation, ConsultationStatus.FAILED)
    assert pipeline(practice, consultation).error_code == "engine_busy"
    assert len([hit for hit in world.controller.hits if hit.stage == "draft"]) == 3
    # What the earlier stages saved is still there.
    assert world.results(consultation.id) == ["assemble", "transcribe", "roles"]


def test_a_named_failure_is_final_at_once(world: World, practice: Practice) -> None:
    world.controller.rule = lambda hit: "fail" if hit.stage == "transcribe" else None
    world.workers.start()

    consultation = new(practice)

    wait_for(practice, consultation, ConsultationStatus.FAILED)
    row = pipeline(practice, consultation)
    assert (row.error_code, row.error_message) == ("no_speech", "No speech was found.")
    assert row.tries == 1


def test_a_bug_fails_the_stage_in_words_and_its_message_stays_out_of_the_log(world: World, practice: Practice) -> None:
    world.controller.rule = lambda hit: "crash" if hit.stage == "roles" else None
    world.workers.start()

    consultation = new(practice)

    wait_for(practice, consultation, ConsultationStatus.FAILED)
    assert pipeline(practice, consultation).error_code == "internal_error"
    assert "ValueError" in world.workers.log
    assert "a bug" not in world.workers.log


def test_a_worker_that_is_asked_to_stop_hands_its_stage_back(world: World, practice: Practice) -> None:
    world.controller.hold_once("transcribe", "working")
    first = world.workers.start()
    consultation = new(practice)
    world.controller.catch().say("until_stopped")

    first.send_signal(signal.SIGTERM)

    assert first.wait(30) == 0
    row = pipeline(practice, consultation)
    assert (row.state, row.tries) == (StageState.WAITING, 0)
    world.workers.start()
    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL


def test_a_consultation_whose_job_is_lost_is_asked_for_again(world: World, practice: Practice) -> None:
    consultation = new(practice)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")

    world.workers.start()

    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL
