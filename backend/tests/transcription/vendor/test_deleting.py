"""Groups 12 to 14: deleting and confirming, other projects, and the list that tells what is left."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from scribe.core.settings import Settings
from scribe.transcription import conditions, vendor_jobs
from scribe.transcription.engines.assemblyai import engine
from scribe.transcription.vendor_models import ServiceCondition, VendorJobState
from tests.fixtures.trail import actions
from tests.transcription.vendor.conftest import vendor_settings
from tests.transcription.vendor.ward import Ward


def compare(ward: Ward) -> ServiceCondition:
    """The night's comparison, and what it leads to."""
    ward.clock.advance(timedelta(hours=12))
    ward.chores.tasks["vendor.reconcile"]()
    ward.drain()
    with ward.transaction() as session:
        return conditions.rows(session)["us"]


def a_foreign_transcript(ward: Ward, key: str | None = None) -> str:
    """Somebody else's, in the same project."""
    with httpx.Client(
        base_url=ward.emulator.url, headers={"authorization": key or ward.emulator.key}, trust_env=False
    ) as http:
        url = http.post("/v2/upload", content=b"x").json()["upload_url"]
        return str(http.post("/v2/transcript", json={"audio_url": url}).json()["id"])


def test_a_deletion_is_confirmed_by_looking(ward: Ward) -> None:
    consultation = ward.consult()
    ward.until("roles", consultation)
    looks = len(ward.emulator.requests("get"))

    ward.drain()

    assert [call["kind"] for call in ward.emulator.requests()][-2:] == ["delete", "get"]
    assert len(ward.emulator.requests("get")) == looks + 1
    assert ward.job(consultation).deleted_at is not None


def test_a_deletion_that_answers_well_and_does_nothing_is_noticed_and_asked_for_again(ward: Ward) -> None:
    lie = {"answer": {"status": 200, "json": {"status": "completed", "audio_url": "http://deleted_by_user"}}}
    ward.emulator.script({"on": "delete", "do": lie, "times": 2})
    consultation = ward.consult()

    ward.drain()

    assert ward.left_at_vendor() == []
    assert ward.job(consultation).delete_tries == 2


def test_what_cannot_be_read_is_deleted_all_the_same(ward: Ward) -> None:
    ward.timing = replace(ward.timing, gives_up=900, kept=60)
    ward.begin()
    ward.emulator.script({"on": "submit", "do": {"job": {"edit": {"metadata": "medical"}}}})
    consultation = ward.consult()
    ward.until("failed", consultation)

    ward.drain()

    assert ward.pipeline(consultation).error_code == "vendor_unavailable"
    assert ward.left_at_vendor() == []
    assert ward.job(consultation).deleted_at is not None


def test_what_is_still_being_made_is_deleted_once_it_has_ended(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.step()
    with ward.transaction() as session:
        vendor_jobs.let_go(session, consultation.id, ward.clock.now())
    for _ in range(3):
        ward.chores.tasks["vendor.delete"](str(ward.practice.id), str(ward.job(consultation).id))
    assert ward.emulator.requests("delete") == []

    ward.emulator.release(ward.emulator.jobs()[0]["id"])
    ward.emulator.settled(ward.emulator.jobs()[0]["id"])
    ward.chores.tasks["vendor.delete"](str(ward.practice.id), str(ward.job(consultation).id))

    assert ward.left_at_vendor() == []
    # It was made, so it is billed, though nobody wanted it any more.
    assert len(ward.usage()) == 1


def test_a_transcript_that_was_deleted_elsewhere_is_never_imported_but_made_anew(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.step()
    with httpx.Client(base_url=ward.emulator.url, headers={"authorization": ward.emulator.key}) as http:
        http.delete(f"/v2/transcript/{ward.emulator.jobs()[0]['id']}")
    ward.holds = False

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert "Deleted" not in ward.transcript(consultation)[1][0].text
    assert [job.error_code for job in ward.jobs(consultation)] == ["vendor_lost_it", None]


@pytest.mark.parametrize("account", ["emulator-key", "another-account"])
def test_a_key_of_another_project_finds_nothing_and_the_recording_is_sent_anew(
    ward: Ward, settings: Settings, account: str
) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.step()
    ward.emulator.put_key("other-key", account=account)
    ward.restart(settings.model_copy(update={"vendor": vendor_settings(ward.emulator, assemblyai_api_key="other-key")}))

    ward.until("done", consultation)

    assert ward.status(consultation) == "ready"
    assert [job.error_code for job in ward.jobs(consultation)] == ["vendor_lost_it", None]


def test_an_upload_of_another_project_is_sent_anew(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": "forbidden"})
    consultation = ward.consult()

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert [job.error_code for job in ward.jobs(consultation)] == ["upload_lost", None]
    assert len(ward.emulator.requests("upload")) == 2


def test_a_submission_is_found_on_an_older_page_of_the_list(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_PAGE", 2)
    ward.emulator.script({"on": "submit", "do": "done_but_500"})
    consultation = ward.consult()
    ward.until("vendor_uncertain", consultation)
    for _ in range(5):
        a_foreign_transcript(ward)

    ward.until("done", consultation)

    assert ward.status(consultation) == "ready"
    assert len(ward.jobs(consultation)) == 1
    pages = [call["path"] for call in ward.emulator.requests("list")]
    assert any("before_id" in path for path in pages)


def test_the_nights_comparison_deletes_what_is_ours_and_ended_on_all_pages(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_PAGE", 2)
    consultation = ward.consult()
    ward.until("roles", consultation)
    ward.clear_queue()
    for _ in range(5):
        a_foreign_transcript(ward)

    found = compare(ward)

    assert (found.leftovers, found.foreign_transcripts) == (1, 5)
    assert ward.emulator.jobs()[0]["is_deleted"]
    assert len(ward.left_at_vendor()) == 5


def test_the_nights_comparison_leaves_what_is_under_way(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.step()

    ward.clock.advance(timedelta(hours=2))
    ward.chores.tasks["vendor.reconcile"]()

    with ward.transaction() as session:
        found = conditions.rows(session)["us"]
    assert (found.leftovers, found.foreign_transcripts) == (0, 0)
    assert ward.emulator.requests("delete") == []
    assert ward.job(consultation).state == VendorJobState.SUBMITTED


def test_the_nights_comparison_does_not_count_what_has_ended_just_now(ward: Ward) -> None:
    ward.until("roles", ward.consult())
    held = ward.left_at_vendor()

    ward.clock.advance(timedelta(minutes=5))
    ward.chores.tasks["vendor.reconcile"]()

    with ward.transaction() as session:
        assert conditions.rows(session)["us"].leftovers == 0
    assert len(held) == 1
    ward.drain()
    assert ward.left_at_vendor() == []


def test_what_is_foreign_is_counted_and_left_unless_nobody_else_uses_the_project(
    ward: Ward, settings: Settings
) -> None:
    foreign = a_foreign_transcript(ward)
    ward.emulator.settled(foreign)

    assert compare(ward).foreign_transcripts == 1
    assert ward.left_at_vendor() == [foreign]

    alone = vendor_settings(ward.emulator, assemblyai_exclusive_project=True)
    ward.restart(settings.model_copy(update={"vendor": alone}))
    compare(ward)
    assert ward.left_at_vendor() == []


def test_a_comparison_that_fails_is_made_some_minutes_later(ward: Ward) -> None:
    ward.emulator.script({"on": "list", "do": "unavailable", "times": 2})

    ward.chores.tasks["vendor.reconcile"]()

    assert ward.due() == "vendor.reconcile"
    ward.drain()
    with ward.transaction() as session:
        assert conditions.rows(session)["us"].reconciled_at is not None
    assert len(ward.emulator.requests("list")) == 3


def test_a_deletion_whose_job_was_lost_is_asked_for_by_the_sweep(ward: Ward) -> None:
    consultation = ward.consult()
    ward.until("roles", consultation)
    ward.clear_queue()

    ward.sweep()
    ward.drain()

    assert (ward.left_at_vendor(), ward.job(consultation).deleted_at is not None) == ([], True)


def test_the_sweep_asks_once_for_what_is_still_to_be_deleted(ward: Ward) -> None:
    consultation = ward.consult()
    ward.until("roles", consultation)
    ward.clear_queue()

    ward.sweep()
    figures = ward.sweep()

    assert ward.queued() == ["vendor.delete"]
    assert (figures.undeleted, figures.oldest_undeleted) == (1, ward.job(consultation).stepped_at)


def test_a_second_transcript_of_the_same_upload_is_deleted_with_the_first(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": "done_but_500"})
    consultation = ward.consult()
    ward.until("vendor_uncertain", consultation)
    doubled = ward.emulator.jobs()[0]["audio_url"]
    with httpx.Client(base_url=ward.emulator.url, headers={"authorization": ward.emulator.key}) as http:
        http.post("/v2/transcript", json={"audio_url": doubled}).raise_for_status()

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert (len(ward.emulator.jobs()), ward.left_at_vendor()) == (2, [])
    assert len(ward.usage()) == 1


def test_a_deletion_is_on_record_once(ward: Ward) -> None:
    ward.consult()
    ward.drain()

    compare(ward)

    assert actions(ward.factory, ward.practice.id).count("recording.deleted_at_vendor") == 1
