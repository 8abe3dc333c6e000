"""The way of a recording through the vendor, where nothing goes wrong."""

import json

from sqlalchemy import text

from scribe.core.settings import Settings
from scribe.transcription.models import SpeakerRole
from scribe.transcription.vendor_models import VendorJobState
from tests.fixtures.trail import actions
from tests.transcription.vendor.conftest import vendor_settings
from tests.transcription.vendor.ward import VISIT, Ward, lasts_ms


def test_a_recording_becomes_a_note_by_way_of_the_vendor(ward: Ward) -> None:
    consultation = ward.consult()

    ward.drain()

    assert ward.status(consultation) == "ready"
    transcript, turns = ward.transcript(consultation)
    assert (transcript.engine, transcript.model, transcript.source) == ("assemblyai", "universal-3-5-pro", "roles")
    assert [turn.text for turn in turns] == [line for _, line in VISIT]
    assert [turn.role for turn in turns] == [SpeakerRole.CLINICIAN, SpeakerRole.PATIENT] * 3
    assert transcript.warnings == []
    assert ward.broken() == {}


def test_what_is_sent_is_what_was_recorded_in_one_piece_of_known_length(ward: Ward) -> None:
    audio = bytes(range(256)) * 5_000
    ward.recorded(audio, 1_000)

    ward.step()

    (upload,) = ward.emulator.uploads()
    assert (upload["size"], upload["content_type"]) == (len(audio), None)
    (call,) = ward.emulator.requests("upload")
    assert call["status"] == 200


def test_the_vendor_is_asked_for_all_that_the_clinic_chose(ward: Ward) -> None:
    ward.choose(key_terms=["lisinopril", "Harbour Street"], speech_models=["universal-2"])
    ward.consult(language="de")

    ward.step()

    (job,) = ward.emulator.jobs()
    asked = job["body"]
    assert asked["language_code"] == "de"
    assert asked["speech_models"] == ["universal-2"]
    assert asked["keyterms_prompt"] == ["lisinopril", "Harbour Street"]
    assert (asked["domain"], asked["speaker_labels"]) == ("medical-v1", True)
    assert asked["speaker_options"]["max_speakers_expected"] > 2
    assert asked["speech_understanding"]["request"]["speaker_identification"] == {
        "speaker_type": "role",
        "known_values": ["doctor", "patient"],
    }
    assert "speech_model" not in asked


def test_while_the_vendor_works_the_stage_holds_no_worker_and_says_whom_it_waits_for(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": "job_for_ever"})
    consultation = ward.consult()

    ward.step()

    row = ward.pipeline(consultation)
    assert (row.stage, row.state, row.tries) == ("transcribe", "waiting", 0)
    assert (row.waiting_code, row.waiting_message) == ("vendor_processing", "Waiting for AssemblyAI.")
    assert row.progress > 0
    assert ward.job(consultation).state == VendorJobState.SUBMITTED


def test_after_the_import_nothing_is_left_at_the_vendor_and_that_is_on_record(ward: Ward) -> None:
    consultation = ward.consult()

    ward.drain()

    assert ward.left_at_vendor() == []
    job = ward.job(consultation)
    assert (job.state, job.deleted_at is not None) == (VendorJobState.IMPORTED, True)
    trail = actions(ward.factory, ward.practice.id)
    assert trail.count("recording.sent_to_vendor") == 1
    assert trail.count("recording.deleted_at_vendor") == 1


def test_what_it_cost_is_in_the_clinics_usage_once(ward: Ward) -> None:
    consultation = ward.consult(lasts=lasts_ms(VISIT))

    ward.drain()

    (used,) = ward.usage()
    seconds = -(-lasts_ms(VISIT) // 1000)
    assert (used.kind, used.unit, used.quantity, used.consultation_id) == (
        "transcription",
        "seconds",
        seconds,
        consultation.id,
    )
    # 21 for the model, 15 for Medical Mode, 2 for the voices, in cents an hour.
    assert used.estimated_microcents == -(-38 * 1_000_000 * seconds // 3600)


def test_a_clinic_in_europe_is_served_in_europe(ward: Ward, settings: Settings) -> None:
    ward.emulator.put_key("eu-key", account="eu")
    vendor = vendor_settings(ward.emulator, assemblyai_api_key_eu="eu-key", assemblyai_region="us")
    ward.restart(settings.model_copy(update={"vendor": vendor}))
    ward.choose(region="eu")
    consultation = ward.consult()

    ward.drain()

    assert ward.job(consultation).region == "eu"
    assert {job["key"] for job in ward.emulator.jobs()} == {"eu-key"}


def test_a_region_without_a_key_fails_by_name_and_nothing_is_sent(ward: Ward) -> None:
    ward.choose(region="eu")
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", "vendor_not_configured")
    assert "EU" in str(row.error_message)
    assert ward.emulator.requests() == []


def test_neither_queue_nor_jobs_hold_a_word_of_what_was_said(ward: Ward) -> None:
    ward.consult([("A", "Persephone takes ibuprofen."), ("B", "I am Persephone, doctor.")])
    seen = []
    while ward.due() is not None:
        with ward.transaction() as session:
            seen += [json.dumps(args) for args in session.scalars(text("SELECT args FROM procrastinate_jobs"))]
            seen += [str(row) for row in session.execute(text("SELECT * FROM vendor_jobs"))]
        ward.step()

    assert len(seen) > 5
    assert "persephone" not in " ".join(seen).lower()
