"""Each invariant holds in the ordinary course of things, and notices when it does not."""

import pytest
from sqlalchemy import text

from scribe.consultations import invariants
from scribe.consultations.models import Consent, ConsultationStatus, Stage
from tests.consultations.builders import NOON

BREAKAGES = {
    "inv_status_follows_pipeline": "UPDATE pipelines SET state = 'done'",
    "inv_processing_has_pipeline": "UPDATE consultations SET status = 'processing'",
    "inv_failure_is_named": "UPDATE pipelines SET state = 'failed'",
    "inv_live_stage_has_job": "DELETE FROM procrastinate_jobs",
    "inv_ready_has_note": "UPDATE consultations SET status = 'ready' WHERE status = 'processing'",
    "inv_sealed_recording_is_asked_for": (
        "WITH back AS (SELECT id, clinic_id, recording_id FROM consultations WHERE status = 'recording')"
        " INSERT INTO recordings (id, clinic_id, consultation_id, source, state, started_at, last_chunk_at)"
        " SELECT recording_id, clinic_id, id, 'capture', 'sealed', now(), now() FROM back"
    ),
    "inv_recording_is_the_named_one": (
        "INSERT INTO recordings (id, clinic_id, consultation_id, source, state, started_at, last_chunk_at)"
        " SELECT id, clinic_id, id, 'capture', 'open', now(), now() FROM consultations"
    ),
    "inv_transcript_versions_have_no_gap": (
        "INSERT INTO transcripts (id, clinic_id, consultation_id, version, source, engine, model, language,"
        " speech_ms, warnings) SELECT id, clinic_id, id, 2, 'engine', 'x', 'x', 'en', 0, '[]' FROM consultations"
    ),
}


def _consented(practice, session, consultation) -> None:
    session.add(
        Consent(
            clinic_id=practice.id,
            consultation_id=consultation.id,
            method="verbal",
            wording="-",
            wording_version="1",
            given_at=NOON,
            recorded_by=practice.doctor.id,
        )
    )
    session.flush()


def test_a_consultation_in_its_course_breaks_nothing(practice):
    with practice.session() as session:
        for consultation in (practice.consultation(session), practice.processing(session, Stage.ROLES)):
            _consented(practice, session, consultation)

        assert invariants.broken(session) == {}


def test_a_consultation_without_consent_is_noticed(practice):
    with practice.session() as session:
        consultation = practice.consultation(session)

        assert invariants.broken(session) == {"inv_started_with_consent": [str(consultation.id)]}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_promise_is_noticed(practice, name):
    with practice.session() as session:
        practice.consultation(session, status=ConsultationStatus.RECORDING)
        practice.processing(session)
        session.execute(text(BREAKAGES[name]))

        assert invariants.broken(session)[name]
