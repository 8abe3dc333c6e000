"""A stage that waits for somebody else: parked, woken, looked at late, and forgotten by nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from scribe.consultations import parking, pipeline
from scribe.consultations.models import Pipeline, Stage, StageState
from scribe.consultations.pipeline import Claim, StageFailed, Superseded, Waiting

WAITING = Waiting("vendor", "Waiting for the vendor.")
DEAD = StageFailed("dead_letter", "It failed again and again.")
SOON, LATER = timedelta(seconds=1), timedelta(minutes=10)


def jobs(session):
    statement = "SELECT args ->> 'attempt_no', scheduled_at FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    return session.execute(text(statement)).all()


def row_of(session, consultation) -> Pipeline:
    row = session.scalars(select(Pipeline).where(Pipeline.consultation_id == consultation.id)).one()
    session.refresh(row)
    return row


def claimed(practice):
    with practice.session() as session:
        consultation = practice.processing(session, Stage.TRANSCRIBE)
        taken = pipeline.claim(session, practice.id, consultation.id, Stage.TRANSCRIBE)
        session.execute(text("DELETE FROM procrastinate_jobs"))
    return consultation, taken.claim


def parked(practice, delay=LATER):
    consultation, claim = claimed(practice)
    with practice.session() as session:
        parking.park(session, claim, waiting=WAITING, delay=delay)
    return consultation, claim


def look(practice, consultation, attempt_no):
    with practice.session() as session:
        return pipeline.claim(session, practice.id, consultation.id, Stage.TRANSCRIBE, attempt_no)


def test_a_parked_stage_waits_uncounted_says_for_what_and_is_looked_at_later(practice):
    consultation, claim = parked(practice)

    with practice.session() as session:
        row = row_of(session, consultation)
        ((attempt, scheduled),) = jobs(session)
    assert (row.state, row.tries) == (StageState.WAITING, 0)
    assert (row.waiting_code, row.waiting_message) == ("vendor", "Waiting for the vendor.")
    assert attempt == str(claim.attempt_no)
    assert scheduled is not None
    assert row.parked_until is not None


def test_the_look_goes_on_where_the_stage_began_and_keeps_its_progress(practice):
    consultation, claim = claimed(practice)
    with practice.session() as session:
        pipeline.write_progress(session, claim, 0.3)
        began = row_of(session, consultation).stage_started_at
        parking.park(session, claim, waiting=WAITING, delay=SOON)

    taken = look(practice, consultation, claim.attempt_no)

    with practice.session() as session:
        row = row_of(session, consultation)
    assert (row.progress, row.stage_started_at, taken.began_at) == (pytest.approx(0.3), began, began)
    assert row.waiting_code == "vendor"


def test_work_that_goes_on_waits_for_nobody(practice):
    consultation, claim = parked(practice)
    taken = look(practice, consultation, claim.attempt_no)

    with practice.session() as session:
        pipeline.write_progress(session, taken.claim, 0.4)

    with practice.session() as session:
        assert row_of(session, consultation).waiting_message is None


def test_of_two_looks_the_second_is_dropped(practice):
    consultation, claim = parked(practice)

    first, second = (look(practice, consultation, claim.attempt_no) for _ in range(2))

    assert (first.claim.attempt_no, second) == (claim.attempt_no + 1, None)


def test_a_look_that_belongs_to_an_older_parking_is_dropped(practice):
    consultation, claim = parked(practice)
    again = look(practice, consultation, claim.attempt_no)
    with practice.session() as session:
        parking.park(session, again.claim, waiting=WAITING, delay=LATER)

    assert look(practice, consultation, claim.attempt_no) is None
    assert look(practice, consultation, again.claim.attempt_no) is not None


def test_a_wake_looks_at_once_and_asked_twice_once(practice):
    consultation, claim = parked(practice)

    for _ in range(2):
        with practice.session() as session:
            parking.wake(session, consultation.id, Stage.TRANSCRIBE)

    with practice.session() as session:
        delayed, woken = jobs(session)
    assert woken == (str(claim.attempt_no), None)
    assert delayed.scheduled_at is not None


def test_a_wake_while_the_stage_is_under_way_is_not_lost(practice):
    consultation, claim = claimed(practice)
    with practice.session() as session:
        parking.wake(session, consultation.id, Stage.TRANSCRIBE)
        assert jobs(session) == []

    with practice.session() as session:
        parking.park(session, claim, waiting=WAITING, delay=LATER)

    with practice.session() as session:
        assert jobs(session) == [(str(claim.attempt_no), None)]
        assert row_of(session, consultation).wake_asked is False


def test_a_wake_for_what_has_passed_or_is_not_parked_does_nothing(practice):
    consultation, claim = claimed(practice)
    with practice.session() as session, pipeline.completing(session, claim):
        pass
    with practice.session() as session:
        before = jobs(session)
        parking.wake(session, consultation.id, Stage.TRANSCRIBE)
        parking.wake(session, consultation.id, Stage.ROLES)

        assert jobs(session) == before


def test_an_attempt_that_was_taken_over_parks_nothing(practice):
    consultation, claim = claimed(practice)
    with practice.session() as session:
        pipeline.claim(session, practice.id, consultation.id, Stage.TRANSCRIBE)

    with pytest.raises(Superseded), practice.session() as session:
        parking.park(session, claim, waiting=WAITING, delay=SOON)


def test_a_lost_look_is_asked_for_again_uncounted_however_often(practice):
    consultation, _ = parked(practice)

    outcomes = []
    for _ in range(5):
        with practice.session() as session:
            outcomes.append(pipeline.revive(session, consultation.id, Stage.TRANSCRIBE, max_tries=2, dead=DEAD))

    assert outcomes == ["requeued"] * 5
    with practice.session() as session:
        assert row_of(session, consultation).tries == 0


def test_a_look_that_kills_its_worker_each_time_is_given_up(practice):
    consultation, claim = parked(practice)
    look(practice, consultation, claim.attempt_no)

    outcomes = []
    for _ in range(2):
        with practice.session() as session:
            outcomes.append(pipeline.revive(session, consultation.id, Stage.TRANSCRIBE, max_tries=2, dead=DEAD))
            pipeline.claim(session, practice.id, consultation.id, Stage.TRANSCRIBE)

    assert outcomes == ["requeued", "dead_lettered"]


def test_a_stale_look_that_is_lost_disturbs_nobody(practice):
    consultation, claim = parked(practice)
    running = look(practice, consultation, claim.attempt_no)
    with practice.session() as session:
        parking.park(session, running.claim, waiting=WAITING, delay=SOON)
    healthy = look(practice, consultation, running.claim.attempt_no)

    with practice.session() as session:
        outcome = pipeline.revive(
            session, consultation.id, Stage.TRANSCRIBE, max_tries=3, dead=DEAD, attempt_no=claim.attempt_no
        )

    assert outcome == "settled"
    with practice.session() as session, pipeline.completing(session, healthy.claim):
        pass


def test_asked_for_anew_nothing_of_the_waiting_is_left(practice):
    consultation, claim = parked(practice)

    with practice.session() as session:
        pipeline.request(session, session.merge(consultation), Stage.TRANSCRIBE)

    with practice.session() as session:
        row = row_of(session, consultation)
    assert (row.parked_until, row.waiting_code, row.waiting_message) == (None, None, None)
    assert look(practice, consultation, claim.attempt_no) is None


def test_a_stage_that_is_done_waits_for_nobody(practice):
    consultation, claim = parked(practice)
    taken = look(practice, consultation, claim.attempt_no)

    with practice.session() as session, pipeline.completing(session, Claim(**vars(taken.claim))):
        pass

    with practice.session() as session:
        assert row_of(session, consultation).waiting_message is None
