"""An operator runs a stage again, on a real database."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner, Result

from scribe.audit.models import AuditEvent
from scribe.cli.environment import settings_or_exit
from scribe.cli.main import app
from scribe.consultations import pipeline
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.consultations.pipeline import StageFailed
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.recordings import chunks
from scribe.recordings.keeping import Vault
from scribe.recordings.models import Recording, RecordingState
from scribe.storage.factory import make_store
from scribe.transcription.models import Transcript, TranscriptSource
from tests.consultations.builders import Practice, a_practice
from tests.recordings.media import as_live, slices, tone

STAGES = list(Stage)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, database_url: str, root_key_base64: str, tmp_path: Path) -> None:
    for name, value in {
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "ROOT_KEY": root_key_base64,
        "TOKEN_KEY": root_key_base64,
        "STORAGE_ROOT": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def practice(live_sessions: sessionmaker[Session], keyring: KeyRing) -> Practice:
    """The second clinic of its database: the command must find the one that the consultation is of."""
    a_practice(live_sessions, keyring)
    return a_practice(live_sessions, keyring)


def rerun(consultation: Consultation, stage: Stage, *flags: str) -> Result:
    return CliRunner().invoke(app, ["pipeline", "rerun", str(consultation.id), str(stage), *flags])


def processed(practice: Practice, *, fails_at: Stage | None = None) -> Consultation:
    """One that went through its stages, to the end or to the one that fails."""
    with practice.session() as session:
        consultation = practice.processing(session)
    for stage in STAGES:
        with practice.session() as session:
            taken = pipeline.claim(session, practice.id, consultation.id, stage)
            assert taken is not None
            if stage == fails_at:
                pipeline.fail(session, taken.claim, StageFailed("engine_broken", "The engine is broken."))
                break
            with pipeline.completing(session, taken.claim):
                pass
    return consultation


def with_transcript(practice: Practice, consultation: Consultation, source: TranscriptSource) -> None:
    with practice.session() as session:
        session.add(
            Transcript(
                id=new_id(),
                clinic_id=practice.id,
                consultation_id=consultation.id,
                version=1,
                source=source,
                engine="fake",
                model="fake",
                language="en",
                speech_ms=1,
                warnings=[],
            )
        )


def status(practice: Practice, consultation: Consultation) -> str:
    with practice.session() as session:
        return session.get_one(Consultation, consultation.id).status


def jobs(practice: Practice) -> list[dict[str, str]]:
    with practice.session() as session:
        return list(session.scalars(text("SELECT args FROM procrastinate_jobs ORDER BY id")))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_of_a_ready_consultation_is_asked_for_by_the_system_and_on_record(
    practice: Practice, stage: Stage
) -> None:
    consultation = processed(practice)

    asked = rerun(consultation, stage)

    assert asked.exit_code == 0, asked.output
    assert ", ".join(STAGES[STAGES.index(stage) :]) in asked.output
    assert status(practice, consultation) == ConsultationStatus.PROCESSING
    job = jobs(practice)[-1]
    assert (job["consultation_id"], job["stage"]) == (str(consultation.id), stage)
    assert job["request_id"] in asked.output
    with practice.session() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "pipeline.rerun_requested")).one()
    assert (event.actor_type, event.actor_id, event.entity_id) == ("system", None, consultation.id)
    assert (event.detail["stage"], event.request_id) == (stage, job["request_id"])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ConsultationStatus.RECORDING, "still being recorded"),
        (ConsultationStatus.PROCESSING, "being processed just now"),
        (ConsultationStatus.SIGNED, "The note is signed"),
        (ConsultationStatus.CANCELLED, "was cancelled"),
    ],
)
def test_what_has_nothing_to_run_again_is_refused_in_words(
    practice: Practice, state: ConsultationStatus, words: str
) -> None:
    with practice.session() as session:
        consultation = practice.consultation(session, status=state)

    refused = rerun(consultation, Stage.DRAFT)

    assert (refused.exit_code, words in refused.output) == (1, True)
    assert (status(practice, consultation), jobs(practice)) == (state, [])


def cancelled(practice: Practice, vault: Vault, *bodies: bytes) -> Consultation:
    """One that was cancelled while it was recorded, with so much of it on the server."""
    with practice.session() as session:
        consultation = practice.recorded(session, state=RecordingState.OPEN)
    sender = chunks.Sender(practice.id, practice.doctor.id)
    for number, body in enumerate(bodies):
        arrived = chunks.Arrived(consultation.recording_id, 0, number, hashlib.sha256(body).digest(), body)
        chunks.store(vault, sender, arrived)
    with practice.session() as session:
        session.execute(update(Consultation).values(status=ConsultationStatus.CANCELLED))
    return consultation


@pytest.fixture
def vault(practice: Practice, keyring: KeyRing) -> Vault:
    """The means of the service that took the recording."""
    settings = settings_or_exit()
    return Vault(practice.factory, make_store(settings.storage), keyring, SystemClock(), settings)


def test_one_that_was_cancelled_by_mistake_is_brought_back_with_what_has_reached_the_server(
    practice: Practice, vault: Vault
) -> None:
    consultation = cancelled(practice, vault, *slices(as_live(tone(1)), 2))

    other_stage = rerun(consultation, Stage.TRANSCRIBE)
    asked = rerun(consultation, Stage.ASSEMBLE)

    assert (other_stage.exit_code, "assemble brings it back" in other_stage.output) == (1, True)
    assert asked.exit_code == 0, asked.output
    assert status(practice, consultation) == ConsultationStatus.PROCESSING
    with practice.session() as session:
        recording = session.get_one(Recording, consultation.recording_id)
        recorded = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))
    assert (recording.sealed_by, len(recording.manifest["segments"][0]["chunks"])) == ("timeout", 2)
    assert recorded[-2:] == ["recording.sealed", "pipeline.rerun_requested"]


def test_one_that_was_cancelled_before_anything_arrived_stays_cancelled(practice: Practice, vault: Vault) -> None:
    consultation = cancelled(practice, vault)

    refused = rerun(consultation, Stage.ASSEMBLE)

    assert (refused.exit_code, "was cancelled" in refused.output) == (1, True)
    assert (status(practice, consultation), jobs(practice)) == (ConsultationStatus.CANCELLED, [])


def test_a_failed_consultation_goes_on_from_its_failed_stage_or_an_earlier_one(practice: Practice) -> None:
    consultation = processed(practice, fails_at=Stage.ROLES)

    skipped = rerun(consultation, Stage.DRAFT)
    asked = rerun(consultation, Stage.TRANSCRIBE)

    assert (skipped.exit_code, "Its stage roles has failed" in skipped.output) == (1, True)
    assert asked.exit_code == 0
    assert jobs(practice)[-1]["stage"] == "transcribe"


@pytest.mark.parametrize("stage", [Stage.ASSEMBLE, Stage.TRANSCRIBE])
def test_a_persons_corrections_are_put_aside_only_where_that_is_agreed_to(practice: Practice, stage: Stage) -> None:
    consultation = processed(practice)
    with_transcript(practice, consultation, TranscriptSource.HUMAN)

    refused = rerun(consultation, stage)
    unchanged = status(practice, consultation)
    agreed = rerun(consultation, stage, "--replace-corrections")

    assert (refused.exit_code, "A person has corrected the transcript" in refused.output) == (1, True)
    assert unchanged == ConsultationStatus.READY
    assert agreed.exit_code == 0


@pytest.mark.parametrize("stage", [Stage.ROLES, Stage.DRAFT])
def test_stages_that_keep_the_corrections_need_no_agreement(practice: Practice, stage: Stage) -> None:
    consultation = processed(practice)
    with_transcript(practice, consultation, TranscriptSource.HUMAN)

    assert rerun(consultation, stage).exit_code == 0


def test_a_consultation_that_nobody_has_is_said_so(practice: Practice) -> None:
    missing = Consultation(id=new_id())

    refused = rerun(missing, Stage.DRAFT)

    assert (refused.exit_code, "No clinic has a consultation" in refused.output) == (1, True)
