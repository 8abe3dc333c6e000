"""Reading and correcting a transcript through the API."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, User
from scribe.audit.models import AuditEvent
from scribe.audit.service import Actor, act_as
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline, Stage, StageState
from scribe.core.clock import FrozenClock
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from scribe.transcription import queries, service
from scribe.transcription.engines.base import EngineResult
from scribe.transcription.engines.fake import FakeEngine
from scribe.transcription.models import SpeakerRole, TranscriptSource
from tests.transcription.sounds import Sound, tone

MakeTranscript = Callable[..., str]
CLINICIAN, PATIENT = SpeakerRole.CLINICIAN, SpeakerRole.PATIENT


@pytest.fixture(scope="module")
def heard() -> EngineResult:
    return FakeEngine().transcribe(Sound(tone(20)), language="en", progress=lambda _: None)


@pytest.fixture
def a_transcript(
    session_factory: sessionmaker[Session],
    clinic: Clinic,
    doctor: User,
    keyring: KeyRing,
    clock: FrozenClock,
    heard: EngineResult,
) -> MakeTranscript:
    """A consultation with versions 1 (engine) and 2 (roles); gives the path of its transcript."""

    def make(status: ConsultationStatus = ConsultationStatus.READY, *, stage: Stage = Stage.DRAFT) -> str:
        identifier = new_id()
        with clinic_session(session_factory, clinic.id) as session:
            act_as(session, Actor("system", None))
            consultation = Consultation(
                id=identifier,
                clinic_id=clinic.id,
                doctor_id=doctor.id,
                recording_id=new_id(),
                template_key="soap",
                language="en",
                status=status,
                idempotency_key=new_id(),
                started_at=clock.now(),
                wrapped_key=keyring.new_consultation_key(clinic.id, clinic.wrapped_key, identifier),
            )
            session.add(consultation)
            session.flush()
            session.add(
                Pipeline(
                    clinic_id=clinic.id,
                    consultation_id=identifier,
                    stage=stage,
                    state=StageState.DONE,
                    updated_at=clock.now(),
                )
            )
            first = service.save_engine_result(session, consultation=consultation, result=heard)
            service.save_roles(
                session,
                consultation=consultation,
                based_on=first,
                roles=[CLINICIAN, PATIENT] * 3,
                warnings=[{"code": "roles_uncertain", "message": "Check who said what."}],
            )
        return f"/api/consultations/{identifier}/transcript"

    return make


def _id_of(path: str) -> UUID:
    return UUID(path.split("/")[3])


def _roles(answer: dict[str, Any]) -> list[str]:
    return [turn["role"] for turn in answer["utterances"]]


def _events(factory: sessionmaker[Session], clinic: Clinic, action: str) -> list[AuditEvent]:
    with clinic_session(factory, clinic.id) as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_the_newest_version_is_read_and_the_look_is_on_record(
    as_doctor: TestClient, a_transcript: MakeTranscript, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    path = a_transcript()

    answer = as_doctor.get(path)

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    assert (answer.json()["version"], answer.json()["source"]) == (2, "roles")
    assert [turn["number"] for turn in answer.json()["utterances"]] == list(range(6))
    assert [event.entity_id for event in _events(session_factory, clinic, "transcript.read")] == [_id_of(path)]


def test_unsure_drugs_are_marked_as_risky(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    turns = as_doctor.get(a_transcript()).json()["utterances"]

    assert [word["text"] for turn in turns for word in turn["words"] if word["risky"]] == ["penicillin."]


def test_swapping_makes_a_version_and_asks_for_a_draft(
    as_doctor: TestClient, a_transcript: MakeTranscript, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    path = a_transcript()

    answer = as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"3"'
    assert _roles(answer.json()) == ["patient", "clinician"] * 3
    assert answer.json()["source"] == "human"
    assert "roles_uncertain" not in [warning["code"] for warning in answer.json()["warnings"]]
    assert len(_events(session_factory, clinic, "transcript.roles_swapped")) == 1
    with clinic_session(session_factory, clinic.id) as session:
        pipeline = session.scalars(select(Pipeline).where(Pipeline.consultation_id == _id_of(path))).one()
        assert (pipeline.stage, pipeline.state) == (Stage.DRAFT, StageState.WAITING)


def test_older_versions_stay(
    as_doctor: TestClient, a_transcript: MakeTranscript, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    path = a_transcript()
    as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})

    with clinic_session(session_factory, clinic.id) as session:
        newest = queries.newest(session, _id_of(path))
        assert newest is not None
        assert (newest.version, newest.source, newest.author_id) == (3, TranscriptSource.HUMAN, newest.author_id)
        assert newest.author_id is not None


def test_one_turn_gets_another_role(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    body = {"role": "other"}

    answer = as_doctor.patch(f"{a_transcript()}/utterances/1", json=body, headers={"If-Match": "2"})

    assert _roles(answer.json()) == ["clinician", "other", "clinician", "patient", "clinician", "patient"]


def test_a_voice_gets_another_role_throughout(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    body = {"role": "other", "scope": "speaker"}

    answer = as_doctor.patch(f"{a_transcript()}/utterances/1", json=body, headers={"If-Match": '"2"'})

    assert _roles(answer.json()) == ["clinician", "other"] * 3


def test_a_corrected_text_keeps_the_times_of_its_words(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    path = a_transcript()
    before = as_doctor.get(path).json()["utterances"][3]["words"]
    body = {"text": " No fever. I'm allergic to  amoxicillin. "}

    answer = as_doctor.patch(f"{path}/utterances/3", json=body, headers={"If-Match": '"2"'})

    turn = answer.json()["utterances"][3]
    assert turn["text"] == "No fever. I'm allergic to amoxicillin."
    assert turn["words"][:-1] == before[:-1]
    assert turn["words"][-1] == before[-1] | {"text": "amoxicillin.", "probability": 1.0, "risky": False}


def test_a_stale_correction_is_refused(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    path = a_transcript()
    as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})

    answer = as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert as_doctor.get(path).json()["version"] == 3


@pytest.mark.parametrize("if_match", ["one", "-1", "9" * 5000])
def test_a_version_that_is_none_is_refused(as_doctor: TestClient, a_transcript: MakeTranscript, if_match: str) -> None:
    response = as_doctor.post(f"{a_transcript()}/swap-roles", headers={"If-Match": if_match})

    assert (response.status_code, response.json()["code"]) == (422, "bad_if_match")


def test_a_signed_consultations_transcript_is_final(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    path = a_transcript(ConsultationStatus.SIGNED)

    answer = as_doctor.patch(f"{path}/utterances/0", json={"text": "Hello."}, headers={"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["code"]) == (409, "consultation_already_signed")


def test_while_it_is_transcribed_anew_nothing_is_corrected(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    path = a_transcript(ConsultationStatus.PROCESSING, stage=Stage.TRANSCRIBE)

    answer = as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["code"]) == (409, "still_transcribing")


def test_while_it_is_drafted_roles_can_be_corrected(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    path = a_transcript(ConsultationStatus.PROCESSING, stage=Stage.DRAFT)

    assert as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'}).status_code == 200


def test_after_an_earlier_stage_failed_nothing_is_corrected(
    as_doctor: TestClient, a_transcript: MakeTranscript, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    path = a_transcript(ConsultationStatus.FAILED, stage=Stage.TRANSCRIBE)
    with clinic_session(session_factory, clinic.id) as session:
        one = session.scalars(select(Pipeline).where(Pipeline.consultation_id == _id_of(path))).one()
        one.state = StageState.FAILED

    swap = as_doctor.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})
    redraft = as_doctor.post(path.replace("/transcript", "/note/redraft"), json={})

    assert (swap.status_code, swap.json()["code"]) == (409, "partly_transcribed")
    assert redraft.status_code == 409
    shown = as_doctor.get(path.removesuffix("/transcript")).json()
    assert (shown["status"], shown["permissions"]["correct"]) == ("failed", False)


def test_many_turns_are_reworded_by_one_version_one_event_and_one_draft(
    as_doctor: TestClient, a_transcript: MakeTranscript, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    path = a_transcript()
    before = [turn["text"] for turn in as_doctor.get(path).json()["utterances"]]
    texts = [{"number": 1, "text": " Good  evening. "}, {"number": 4, "text": "Ibuprofen."}]

    answer = as_doctor.patch(f"{path}/utterances", json={"texts": texts}, headers={"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["version"], answer.json()["source"]) == (200, 3, "human")
    said = [turn["text"] for turn in answer.json()["utterances"]]
    assert said == [before[0], "Good evening.", *before[2:4], "Ibuprofen.", before[5]]
    (event,) = _events(session_factory, clinic, "transcript.corrected")
    assert event.detail["utterances"] == [1, 4]


@pytest.mark.parametrize("texts", [[], [{"number": 99, "text": "Hello."}], [{"number": 0, "text": "  "}]])
def test_rewording_that_fits_no_turn_is_refused(
    as_doctor: TestClient, a_transcript: MakeTranscript, texts: list[dict[str, Any]]
) -> None:
    path = a_transcript()

    answer = as_doctor.patch(f"{path}/utterances", json={"texts": texts}, headers={"If-Match": '"2"'})

    assert answer.status_code == 422
    assert as_doctor.get(path).json()["version"] == 2


def test_an_admin_reads_but_does_not_correct(as_admin: TestClient, a_transcript: MakeTranscript) -> None:
    path = a_transcript()

    assert as_admin.get(path).status_code == 200
    answer = as_admin.post(f"{path}/swap-roles", headers={"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_doctor")


@pytest.mark.parametrize("call", ["read", "swap", "correct"])
def test_foreign_and_missing_transcripts_are_the_same_404(
    as_stranger: TestClient, as_colleague: TestClient, a_transcript: MakeTranscript, call: str
) -> None:
    foreign, missing = a_transcript(), f"/api/consultations/{new_id()}/transcript"
    headers = {"If-Match": '"2"'}

    def ask(browser: TestClient, path: str) -> tuple[int, dict[str, Any]]:
        if call == "read":
            answer = browser.get(path)
        elif call == "swap":
            answer = browser.post(f"{path}/swap-roles", headers=headers)
        else:
            answer = browser.patch(f"{path}/utterances/0", json={"role": "other"}, headers=headers)
        return answer.status_code, answer.json() | {"request_id": "-"}

    assert ask(as_stranger, foreign) == ask(as_stranger, missing) == ask(as_colleague, foreign)
    assert ask(as_stranger, foreign)[0] == 404


def test_signed_out_nothing_is_read(client: TestClient, a_transcript: MakeTranscript) -> None:
    assert client.get(a_transcript()).status_code == 401


@pytest.mark.parametrize(
    ("number", "body", "if_match", "code"),
    [
        (0, {}, '"2"', "nothing_to_correct"),
        (99, {"role": "other"}, '"2"', "nothing_to_correct"),
        (0, {"role": "other"}, "soon", "bad_if_match"),
    ],
)
def test_corrections_that_say_nothing_are_refused(
    as_doctor: TestClient, a_transcript: MakeTranscript, number: int, body: dict[str, Any], if_match: str, code: str
) -> None:
    answer = as_doctor.patch(f"{a_transcript()}/utterances/{number}", json=body, headers={"If-Match": if_match})

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_text_of_blanks_is_refused(as_doctor: TestClient, a_transcript: MakeTranscript) -> None:
    answer = as_doctor.patch(f"{a_transcript()}/utterances/0", json={"text": "   "}, headers={"If-Match": '"2"'})

    assert answer.status_code == 422
