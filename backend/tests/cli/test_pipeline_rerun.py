"""An operator runs a stage again, on a real database."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner, Result

from scribe.audit.models import AuditEvent
from scribe.cli.main import app
from scribe.consultations import pipeline
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.consultations.pipeline import StageFailed
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.transcription.models import Transcript, TranscriptSource
from tests.consultations.builders import Practice, a_practice

STAGES = list(Stage)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, database_url: str, root_key_base64: str) -> None:
    for name, value in {
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "ROOT_KEY": root_key_base64,
        "TOKEN_KEY": root_key_base64,
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
