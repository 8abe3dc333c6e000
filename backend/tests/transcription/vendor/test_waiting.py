"""Group 6: queued for minutes, at work for long, at work for ever."""

from dataclasses import replace
from datetime import timedelta

from scribe.core.settings import JobSettings
from scribe.transcription.vendor_models import VendorJobState
from scribe.worker.reaping import Sweeper
from tests.transcription.vendor.ward import Ward


def test_what_the_vendor_has_queued_is_said_and_waited_for(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_throttled"})
    consultation = ward.consult()

    ward.until("vendor_queued", consultation)

    assert "queue" in str(ward.pipeline(consultation).waiting_message)
    ward.drain()
    assert ward.status(consultation) == "ready"


def test_the_looks_become_rarer(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": {"job": {"processing_polls": 12}}})
    consultation, began = ward.consult(), ward.clock.now()

    ward.drain()

    assert ward.status(consultation) == "ready"
    # Twelve looks at the first rate would have been over in half a minute.
    assert (ward.clock.now() - began).total_seconds() > 250


def test_a_queue_is_waited_for_much_longer_than_work(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": {"job": {"queued_polls": 30, "throttled": True}}})
    consultation, began = ward.consult(), ward.clock.now()

    ward.drain()

    assert (ward.clock.now() - began).total_seconds() > 1_200
    assert ward.status(consultation) == "ready"


def test_work_that_never_ends_is_given_up_by_name_and_its_transcript_is_kept_for_a_retry(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation, began = ward.consult(), ward.clock.now()

    ward.until("failed", consultation)

    row = ward.pipeline(consultation)
    assert row.error_code == "vendor_late"
    assert "Retry" in str(row.error_message)
    assert (ward.clock.now() - began).total_seconds() >= 900
    job = ward.job(consultation)
    assert (job.state, job.deleted_at, job.transcript_id) == (
        VendorJobState.FAILED,
        None,
        ward.emulator.jobs()[0]["id"],
    )
    assert ward.due_in("vendor.delete") > timedelta(hours=23)
    assert ward.broken() == {}


def test_a_retry_takes_what_was_late_and_is_done_by_now(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.until("failed", consultation)
    ward.emulator.release(ward.emulator.jobs()[0]["id"])
    ward.emulator.settled(ward.emulator.jobs()[0]["id"])

    ward.retry(consultation)
    ward.drain()

    assert ward.status(consultation) == "ready"
    assert len(ward.emulator.requests("submit")) == 1
    assert (len(ward.usage()), ward.left_at_vendor()) == (1, [])


def test_a_retry_of_what_is_still_at_work_sends_it_anew_and_deletes_the_first_in_the_end(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.until("failed", consultation)

    ward.retry(consultation)
    ward.until("done", consultation)

    assert ward.status(consultation) == "ready"
    ward.drain()
    assert ward.left_at_vendor() == []
    states = {job.state for job in ward.jobs(consultation)}
    assert states == {VendorJobState.FAILED, VendorJobState.IMPORTED}
    assert len(ward.usage()) == 1


def test_a_parked_stage_whose_look_is_lost_is_asked_for_again_by_the_sweep(ward: Ward) -> None:
    consultation = ward.consult()
    ward.step()
    ward.clear_queue()

    for _ in range(2):
        Sweeper(ward.factory, JobSettings(), lambda _clinic: None).sweep()

    assert ward.queued() == ["pipeline.run_stage"]
    assert ward.pipeline(consultation).tries == 0
    ward.drain()
    assert ward.status(consultation) == "ready"
    assert len(ward.emulator.requests("submit")) == 1


def test_a_long_recording_is_given_as_long_as_it_is(ward: Ward) -> None:
    hours = 2
    ward.holds = True
    ward.timing = replace(ward.timing, looks_without_webhook=(600,))
    ward.begin()
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation, began = ward.consult(lasts=hours * 3_600_000), ward.clock.now()

    ward.until("failed", consultation)

    assert hours * 3600 <= (ward.clock.now() - began).total_seconds() < hours * 3600 + 1_500
