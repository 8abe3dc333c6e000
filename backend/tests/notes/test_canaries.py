"""What was said and wished reaches the language model and the note, and nothing that others read or keep."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import generate_latest
from sqlalchemy import text

from scribe.core.clock import FrozenClock
from scribe.notes.drafting.llm import LlmDrafter
from scribe.notes.language_model.base import Endpoint
from scribe.notes.language_model.openai import OpenAiLanguageModel
from scribe.notes.tasks import DraftStage
from tests.fixtures.app import RecordingBus
from tests.notes.builders import DOCTOR, PATIENT, Desk, Only, Work, turns
from tests.notes.language_model.scripted import Answer, Asked, Script, completion, refusal, serving
from tests.notes.models import LIMITS, sentence
from tests.notes.ward import Ward

CANARY = "Quillfeather"
SAID = (
    (DOCTOR, f"Good morning, Mrs {CANARY}. What brings you in today?"),
    (PATIENT, f"I have had a cough for two weeks, and my neighbour {CANARY} has one too, doctor."),
    (DOCTOR, "I'm going to prescribe doxycycline 100 mg twice a day for 7 days."),
)
WISH = f"Shorter, please, as {CANARY} likes it"
# All that is kept or sent outside of notes, transcripts and the wish itself.
_KEPT = (
    "SELECT args::text FROM procrastinate_jobs",
    "SELECT detail::text FROM audit_events",
    "SELECT concat(error_code, error_message) FROM pipelines",
    "SELECT concat(error_code, error_message, notices, drafter) FROM note_suggestions",
    "SELECT concat(notices, drafter) FROM note_versions",
    "SELECT concat(vendor, kind, unit) FROM usage_records",
)


@pytest.fixture
def ward(desk: Desk, app: FastAPI, as_doctor: TestClient, clock: FrozenClock) -> Ward:
    return Ward(desk, app, as_doctor, clock)


def sings(told: str) -> bool:
    return CANARY.lower() in told.lower()


def _writes_of_her(asked: Asked) -> Answer:
    """An answer that has the name in all places, even where nothing is to be."""
    key = json.loads(asked.body["messages"][1]["content"])["section"]["name"]
    lies = [sentence(f"{CANARY} takes warfarin 5 mg.", 1, quotes=(CANARY,), rejected=0, **{CANARY: CANARY})]
    return completion({key: lies, CANARY: CANARY}, refusal=None)


def _echoes(status: int) -> Script:
    return lambda asked: refusal(status, {"error": {"message": str(asked.body), "code": CANARY, "param": CANARY}})


SCRIPTS: dict[str, Script] = {
    "answers": _writes_of_her,
    "refuses": _echoes(400),
    "fails": _echoes(500),
    "refuses the key": _echoes(401),
    "says nothing that can be read": lambda asked: Answer(body=str(asked.body).encode()),
    "answers in prose": lambda asked: completion(str(asked.body["messages"])),
}


@pytest.fixture(params=SCRIPTS)
def model(request: pytest.FixtureRequest) -> Iterator[OpenAiLanguageModel]:
    """The real client, to an endpoint that says back all that it was sent."""
    with serving(SCRIPTS[request.param]) as endpoint:
        client = OpenAiLanguageModel(Endpoint(endpoint.url, "some-model", timeout_seconds=30))
        yield client
        client.close()
    assert any(CANARY in str(asked.body) for asked in endpoint.asked)


def test_a_name_from_the_audio_or_a_wish_is_in_no_log_metric_job_message_or_error(
    ward: Ward, model: OpenAiLanguageModel, bus: RecordingBus, log_file: Path
) -> None:
    consultation = ward.desk.consultation()
    ward.desk.transcribe(consultation.id, turns(SAID))
    DraftStage(Only(LlmDrafter(model, LIMITS))).run(Work(ward.desk, consultation.id))
    ward.with_model()
    ward.model, ward.note = model, f"/api/consultations/{consultation.id}/note"

    shown = ward.ask(instruction=WISH)

    logged = log_file.read_text()
    assert "draft_sentence_withheld" in logged or "suggestion_failed" in logged
    metrics, published = generate_latest().decode(), json.dumps(bus.published)
    told = f"{shown['error_code']} {shown['error_message']} {shown['notices']}"
    assert not [each for each in (logged, metrics, published, told) if sings(each)]
    with ward.desk.session() as session:
        kept = [str(value) for statement in _KEPT for value in session.execute(text(statement)).scalars()]
    assert any("suggestion_id" in each for each in kept)
    assert not [each for each in kept if sings(each)]


def test_a_bug_that_holds_a_name_is_told_without_it(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, log_file: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"no such turn: {CANARY}")

    ward.with_model()
    monkeypatch.setattr("scribe.notes.suggestions.writing.write", fail)

    shown = ward.ask(instruction=WISH)

    assert (shown["state"], shown["error_code"]) == ("failed", "interrupted")
    logged = log_file.read_text()
    assert '"suggestion_error"' in logged
    assert not sings(logged + shown["error_message"])
