"""Groups 4 and 5: answers that are none, and connections that break, at each call."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from scribe.core.settings import VendorSettings
from scribe.transcription.engines.assemblyai.clients import connect
from scribe.transcription.engines.assemblyai.engine import AssemblyAI
from scribe.transcription.engines.choice import Engines
from tests.fixtures.trail import actions
from tests.transcription.vendor.ward import Ward

ANSWERS = ["server_error", "unavailable", "unavailable_html", "gateway_timeout", "html_200", "empty_200", "reset"]

EMPTY_LIST = {
    "page_details": {"limit": 200, "result_count": 0, "current_url": "x", "prev_url": None, "next_url": None},
    "transcripts": [],
}


@pytest.fixture
def impatient(ward: Ward, vendor: VendorSettings) -> Ward:
    """A worker that does not wait long for an answer that never comes."""
    soon, account = httpx.Timeout(0.5), vendor.account("us")
    ward.engines = Engines(
        ward.settings, remote={"us": AssemblyAI(account, connect(account, upload=soon, control=soon))}
    )
    ward.begin()
    return ward


def ends_well(ward: Ward, consultation: object) -> None:
    assert ward.status(consultation) == "ready"
    assert [each.version for each in ward.transcripts(consultation)] == [1, 2]
    assert ward.left_at_vendor() == []
    assert len(ward.usage()) == 1
    assert ward.broken() == {}


@pytest.mark.parametrize("scene", ANSWERS)
@pytest.mark.parametrize("verb", ["upload", "submit", "get", "delete"])
def test_an_answer_that_is_none_is_asked_for_again(ward: Ward, verb: str, scene: str) -> None:
    ward.emulator.script({"on": verb, "do": scene, "times": 2})
    consultation = ward.consult()

    ward.drain()

    ends_well(ward, consultation)
    assert len([job for job in ward.emulator.jobs() if job["status"] == "completed"]) == 1


@pytest.mark.parametrize("scene", ["reset_mid_upload", "stalled_reader", "no_answer"])
def test_an_upload_that_breaks_begins_anew_from_its_start(impatient: Ward, scene: str) -> None:
    impatient.emulator.script({"on": "upload", "do": scene})
    consultation = impatient.consult()

    impatient.until("vendor_unreachable", consultation)
    impatient.drain()

    ends_well(impatient, consultation)
    assert [each["size"] for each in impatient.emulator.uploads()] == [200_000]


def test_what_is_too_large_fails_by_name_though_the_body_was_never_read(ward: Ward) -> None:
    ward.emulator.script({"on": "upload", "do": "too_large_early", "times": None})
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", "vendor_too_large")
    assert "larger" in str(row.error_message)


def test_a_key_that_is_refused_before_the_body_is_read_is_a_refused_key(ward: Ward) -> None:
    ward.emulator.script({"on": "upload", "do": "forbidden_early"})
    consultation = ward.consult()

    ward.until("vendor_key_refused", consultation)

    ward.drain()
    ends_well(ward, consultation)


@pytest.mark.parametrize("scene", ["done_but_silent", "done_but_reset", "done_but_500"])
def test_a_submit_that_was_done_and_not_answered_is_adopted_and_never_doubled(impatient: Ward, scene: str) -> None:
    impatient.emulator.script({"on": "submit", "do": scene})
    consultation = impatient.consult()

    impatient.until("vendor_uncertain", consultation)
    impatient.drain()

    ends_well(impatient, consultation)
    assert len(impatient.emulator.requests("submit")) == 1
    assert len(impatient.emulator.jobs()) == 1


def test_a_submit_that_was_not_done_is_only_repeated_after_looking_for_a_while(impatient: Ward) -> None:
    impatient.emulator.script({"on": "submit", "do": "no_answer"})
    consultation, began = impatient.consult(), impatient.clock.now()

    impatient.until("vendor_anew", consultation)

    assert (impatient.clock.now() - began).total_seconds() >= 45
    assert len(impatient.emulator.requests("list")) > 2
    impatient.drain()
    ends_well(impatient, consultation)
    assert len(impatient.emulator.requests("submit")) == 2


def test_a_submission_that_comes_to_light_after_it_was_given_up_is_deleted_too(impatient: Ward) -> None:
    # The list does not show it yet when it is looked for.
    impatient.emulator.script(
        {"on": "submit", "do": "done_but_silent"},
        {"on": "list", "do": {"answer": {"status": 200, "json": EMPTY_LIST}}, "times": 20},
    )
    consultation = impatient.consult()

    impatient.drain()

    assert impatient.status(consultation) == "ready"
    assert len(impatient.emulator.jobs()) == 2
    assert len(impatient.left_at_vendor()) == 1
    impatient.emulator._call("DELETE", "rules")
    impatient.clock.advance(timedelta(hours=12))
    impatient.chores.tasks["vendor.reconcile"]()
    impatient.drain()
    assert impatient.left_at_vendor() == []


def test_a_vendor_that_is_away_for_too_long_is_named_and_retry_goes_on(ward: Ward) -> None:
    ward.timing = replace(ward.timing, gives_up=900)
    ward.begin()
    ward.emulator.script({"on": "upload", "do": "unavailable", "times": None})
    consultation = ward.consult()

    ward.until("failed", consultation)

    row = ward.pipeline(consultation)
    assert row.error_code == "vendor_unavailable"
    assert "Retry" in str(row.error_message)
    ward.emulator.reset()
    ward.retry(consultation)
    ward.until("vendor_processing", consultation)


def test_waiting_for_a_person_is_no_outage_of_the_vendors(ward: Ward) -> None:
    ward.timing = replace(ward.timing, gives_up=900)
    ward.begin()
    ward.choose(monthly_budget_cents=0)
    consultation = ward.consult()
    ward.until("budget_reached", consultation)
    ward.clock.advance(timedelta(hours=2))
    ward.choose(monthly_budget_cents=None)
    ward.emulator.script({"on": "upload", "do": "unavailable"})

    ward.until("vendor_unreachable", consultation)
    ward.drain()

    ends_well(ward, consultation)


def test_an_outage_begins_anew_after_each_answer(ward: Ward) -> None:
    ward.timing = replace(ward.timing, gives_up=900)
    ward.begin()
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"}, {"on": "get", "do": "unavailable"})
    consultation = ward.consult()
    ward.until("vendor_unreachable", consultation)
    assert ward.job(consultation).failing_since is not None

    ward.until("vendor_processing", consultation)

    assert ward.job(consultation).failing_since is None


def test_an_upload_that_is_tried_again_is_on_record_once(ward: Ward) -> None:
    ward.emulator.script({"on": "upload", "do": "unavailable", "times": 3})
    ward.consult()

    ward.drain()

    assert len(ward.emulator.requests("upload")) == 4
    assert actions(ward.factory, ward.practice.id).count("recording.sent_to_vendor") == 1
