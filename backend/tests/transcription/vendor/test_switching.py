"""A clinic changes its mind while a recording is on its way."""

import pytest

from scribe.core.settings import Settings
from scribe.transcription.engines.fake import FakeEngine
from scribe.transcription.vendor_models import VendorJobState
from tests.recordings import media
from tests.transcription.vendor.conftest import vendor_settings
from tests.transcription.vendor.ward import Ward

SENDING = {"upload", "submit"}


@pytest.fixture
def torn(ward: Ward) -> Ward:
    """A ward that can also hear for itself."""
    ward.restart(local=FakeEngine())
    return ward


def sent(ward: Ward) -> int:
    return len([call for call in ward.emulator.requests() if call["kind"] in SENDING])


def test_switched_to_local_while_the_vendor_works_its_transcript_is_deleted_and_the_local_engine_runs(
    torn: Ward,
) -> None:
    consultation = torn.recorded(media.a_file(seconds=4), 4_000)
    torn.step()
    already = sent(torn)

    torn.choose(engine="local")
    torn.drain()

    assert torn.status(consultation) == "ready"
    assert torn.transcript(consultation)[0].engine == "fake"
    assert sent(torn) == already
    assert torn.left_at_vendor() == []
    assert torn.job(consultation).state == VendorJobState.ABANDONED
    assert torn.broken() == {}


def test_switched_to_local_between_upload_and_submit_nothing_more_is_sent(torn: Ward) -> None:
    torn.emulator.script({"on": "submit", "do": "rate_limited"})
    consultation = torn.recorded(media.a_file(seconds=4), 4_000)
    torn.until("vendor_busy", consultation)
    calls = len(torn.emulator.requests())

    torn.choose(engine="local")
    torn.drain()

    assert torn.transcript(consultation)[0].engine == "fake"
    assert len(torn.emulator.requests()) == calls
    assert torn.emulator.jobs() == []
    job = torn.job(consultation)
    assert (job.state, job.deleted_at is not None) == (VendorJobState.ABANDONED, True)


def test_switched_to_local_while_it_is_uncertain_whether_there_is_a_transcript_it_is_found_and_deleted(
    torn: Ward,
) -> None:
    torn.emulator.script({"on": "submit", "do": "done_but_reset"})
    consultation = torn.recorded(media.a_file(seconds=4), 4_000)
    torn.until("vendor_uncertain", consultation)

    torn.choose(engine="local")
    torn.drain()

    assert torn.transcript(consultation)[0].engine == "fake"
    assert (len(torn.emulator.jobs()), torn.left_at_vendor()) == (1, [])


def test_the_sweep_wakes_a_stage_that_waits_where_it_is_not_wanted_any_more(torn: Ward) -> None:
    torn.holds = True
    torn.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = torn.recorded(media.a_file(seconds=4), 4_000)
    torn.step()
    torn.choose(engine="local")
    began = torn.clock.now()

    torn.sweep()
    torn.until("done", consultation)

    assert (torn.clock.now() - began).total_seconds() < 1
    assert torn.transcript(consultation)[0].engine == "fake"


def test_switched_to_another_region_it_is_sent_there_and_deleted_here(ward: Ward, settings: Settings) -> None:
    ward.emulator.put_key("eu-key", account="eu")
    vendor = vendor_settings(ward.emulator, assemblyai_api_key_eu="eu-key", assemblyai_region="us")
    ward.restart(settings.model_copy(update={"vendor": vendor}))
    consultation = ward.consult()
    ward.step()

    ward.choose(region="eu")
    ward.drain()

    assert ward.status(consultation) == "ready"
    assert [(job.region, job.state) for job in ward.jobs(consultation)] == [
        ("us", VendorJobState.ABANDONED),
        ("eu", VendorJobState.IMPORTED),
    ]
    assert ward.left_at_vendor() == []


def test_a_recording_that_was_assembled_anew_is_sent_anew(ward: Ward) -> None:
    consultation = ward.consult()
    ward.step()

    ward.assemble_anew(consultation)
    ward.drain()

    assert ward.status(consultation) == "ready"
    first, second = ward.jobs(consultation)
    assert (first.state, second.state) == (VendorJobState.ABANDONED, VendorJobState.IMPORTED)
    assert first.audio_key != second.audio_key
    assert ward.left_at_vendor() == []


def test_a_job_whose_consultation_was_given_up_is_let_go_after_a_day(ward: Ward) -> None:
    ward.holds = True
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()
    ward.step()
    ward.give_up(consultation)
    ward.sweep()
    assert ward.job(consultation).state == VendorJobState.SUBMITTED

    ward.emulator.release(ward.emulator.jobs()[0]["id"])
    ward.age(consultation, days=2)
    ward.sweep()
    ward.drain()

    assert ward.job(consultation).state == VendorJobState.ABANDONED
    assert ward.left_at_vendor() == []


def test_a_key_that_is_removed_leaves_what_is_at_the_vendor_on_record(ward: Ward, settings: Settings) -> None:
    ward.consult()
    ward.step()
    ward.choose(engine="local")
    ward.restart(settings, local=FakeEngine())

    for _ in range(5):
        ward.step()

    figures = ward.sweep()
    assert figures.undeleted == 1
    assert len(ward.left_at_vendor()) == 1
