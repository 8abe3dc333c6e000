"""What clients may ask about consultations, and what they get."""

import pytest
from sqlalchemy import text

from scribe.consultations import pipeline
from scribe.consultations.models import ConsultationStatus, Stage
from scribe.consultations.pipeline import StageFailed
from scribe.core.ids import new_id
from tests.consultations.builders import Practice, a_practice
from tests.fixtures.trail import actions


@pytest.fixture
def doctor(practice):
    return practice.doctor


@pytest.fixture
def colleague(practice):
    return practice.other_doctor


@pytest.fixture
def admin(practice):
    return practice.admin


@pytest.fixture
def stranger(session_factory, keyring):
    return a_practice(session_factory, keyring).doctor


def _made(practice: Practice, **given) -> str:
    with practice.session() as session:
        return str(practice.consultation(session, **given).id)


def _failed(practice: Practice) -> str:
    with practice.session() as session:
        consultation = practice.processing(session, Stage.TRANSCRIBE)
        taken = pipeline.claim(session, practice.id, consultation.id, Stage.TRANSCRIBE)
        pipeline.fail(session, taken.claim, StageFailed("no_speech", "No speech was found."))
    return str(consultation.id)


def test_a_doctor_sees_only_their_own_consultations(as_doctor, as_colleague, practice):
    mine, theirs = _made(practice), _made(practice, doctor_id=practice.other_doctor.id)

    listed = as_doctor.get("/api/consultations").json()["items"]

    assert [item["id"] for item in listed] == [mine]
    assert as_doctor.get(f"/api/consultations/{theirs}").status_code == 404
    assert as_colleague.get(f"/api/consultations/{theirs}").status_code == 200


def test_an_admin_sees_the_clinics_and_may_change_nothing(as_admin, practice):
    consultation = _made(practice)

    read = as_admin.get(f"/api/consultations/{consultation}").json()
    answers = [
        as_admin.patch(f"/api/consultations/{consultation}", json={"patient_id": None}),
        as_admin.post(f"/api/consultations/{consultation}/cancel"),
        as_admin.post(f"/api/consultations/{consultation}/retry"),
    ]

    assert read["permissions"] == {
        "edit": False,
        "correct": False,
        "assign": False,
        "sign": False,
        "amend": False,
        "retry": False,
        "cancel": False,
        "sign_refusal": "Only the consultation's doctor can sign.",
    }
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "only_the_doctor")] * 3


def test_a_foreign_consultation_and_a_missing_one_are_the_same_answer(as_stranger, practice):
    with practice.session() as session:
        consultation, patient = practice.consultation(session).id, practice.patient(session).id

    for path, foreign in (("consultations", consultation), ("patients", patient)):
        seen = as_stranger.get(f"/api/{path}/{foreign}")
        missing = as_stranger.get(f"/api/{path}/{new_id()}")
        assert seen.status_code == missing.status_code == 404
        without_request = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in (seen, missing)]
        assert without_request[0] == without_request[1]
    assert as_stranger.get("/api/consultations").json()["items"] == []
    assert as_stranger.get("/api/patients").json()["items"] == []


def test_each_request_makes_exactly_one_audit_event(as_doctor, practice):
    with practice.session() as session:
        patient = practice.patient(session)
        consultation = practice.consultation(session, patient_id=patient.id).id
    before = len(actions(practice.factory, practice.id))

    as_doctor.get("/api/consultations")
    as_doctor.get(f"/api/consultations/{consultation}")
    as_doctor.patch(f"/api/consultations/{consultation}", json={"patient_id": None})
    as_doctor.get("/api/patients?q=ann")
    as_doctor.get(f"/api/patients/{patient.id}")
    as_doctor.patch(f"/api/patients/{patient.id}", json={"given_name": "Anna"})
    as_doctor.post("/api/patients", json={"given_name": "Bo", "family_name": "Lund"})
    as_doctor.post(f"/api/consultations/{consultation}/cancel")

    assert actions(practice.factory, practice.id)[before:] == [
        "consultation.listed",
        "consultation.read",
        "consultation.patient_assigned",
        "patient.searched",
        "patient.read",
        "patient.updated",
        "patient.created",
        "consultation.cancelled",
    ]


def test_the_worklist_is_paged_newest_first_without_gap_or_repeat(as_doctor, practice):
    made = [_made(practice) for _ in range(7)]

    seen, cursor = [], None
    for _ in range(3):
        page = as_doctor.get("/api/consultations", params={"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == made[::-1]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "not a cursor", "é" * 22])
def test_a_made_up_cursor_is_refused(as_doctor, cursor):
    answer = as_doctor.get("/api/consultations", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


def test_the_worklist_is_narrowed_by_status_doctor_and_patient(as_admin, practice):
    with practice.session() as session:
        ann = practice.patient(session, given_name="Ann", family_name="Bell", identifier="MRN-7")
        bo = practice.patient(session, given_name="Bo", family_name="Lund")
    ready = _made(practice, status=ConsultationStatus.READY, patient_id=ann.id)
    signed = _made(practice, status=ConsultationStatus.SIGNED, patient_id=bo.id)
    failed = _made(practice, status=ConsultationStatus.FAILED, doctor_id=practice.other_doctor.id)

    def ids(**params) -> list[str]:
        return [item["id"] for item in as_admin.get("/api/consultations", params=params).json()["items"]]

    assert ids() == [failed, signed, ready]
    assert ids(status="ready") == [ready]
    assert ids(status=["ready", "failed"]) == [failed, ready]
    assert ids(q="ann") == ids(q="bell ann") == ids(q="mrn-7") == [ready]
    assert ids(q="nobody") == []
    assert ids(doctor_id=str(practice.other_doctor.id)) == [failed]
    assert ids(q="lund", status=["ready", "signed"]) == [signed]


@pytest.mark.parametrize(
    ("status", "allowed", "refusal"),
    [
        ("recording", {"assign", "cancel"}, "The consultation is still being recorded."),
        ("processing", {"assign"}, "The note is still being made."),
        ("ready", {"assign", "correct", "edit", "sign"}, None),
        ("signed", {"amend"}, "The note is already signed."),
        ("failed", {"assign", "edit", "retry", "cancel"}, "Processing failed. Retry it first."),
        ("cancelled", set(), "The consultation was cancelled."),
    ],
)
def test_what_the_doctor_may_do_follows_the_status(as_doctor, practice, status, allowed, refusal):
    with practice.session() as session:
        patient = practice.patient(session).id
    consultation = _made(practice, status=status, patient_id=patient)

    permissions = as_doctor.get(f"/api/consultations/{consultation}").json()["permissions"]

    assert permissions.pop("sign_refusal") == refusal
    assert {name for name, may in permissions.items() if may} == allowed


@pytest.mark.parametrize(("stage", "may"), [(Stage.ROLES, False), (Stage.DRAFT, True)])
def test_a_transcript_is_corrected_while_its_draft_is_written_and_not_before(as_doctor, practice, stage, may):
    with practice.session() as session:
        consultation = practice.processing(session, stage).id

    permissions = as_doctor.get(f"/api/consultations/{consultation}").json()["permissions"]

    assert (permissions["correct"], permissions["edit"]) == (may, False)


@pytest.mark.parametrize(("stage", "may"), [(Stage.TRANSCRIBE, False), (Stage.ROLES, False), (Stage.DRAFT, True)])
def test_a_transcript_is_corrected_after_a_failed_draft_and_after_no_other_failure(as_doctor, practice, stage, may):
    with practice.session() as session:
        made = practice.processing(session, stage)
        made.status = ConsultationStatus.FAILED
        consultation = made.id

    permissions = as_doctor.get(f"/api/consultations/{consultation}").json()["permissions"]

    assert permissions["correct"] is may


def test_a_note_without_a_patient_cannot_be_signed(as_doctor, practice):
    consultation = _made(practice, status=ConsultationStatus.READY)

    permissions = as_doctor.get(f"/api/consultations/{consultation}").json()["permissions"]

    assert permissions["sign"] is False
    assert permissions["sign_refusal"] == "Assign a patient before you sign."


def test_the_patient_is_assigned_later_and_not_after_signing(as_doctor, practice):
    with practice.session() as session:
        patient = practice.patient(session)
    open_one, signed = _made(practice), _made(practice, status=ConsultationStatus.SIGNED)

    assigned = as_doctor.patch(f"/api/consultations/{open_one}", json={"patient_id": str(patient.id)})
    refused = as_doctor.patch(f"/api/consultations/{signed}", json={"patient_id": str(patient.id)})

    assert assigned.json()["patient"]["family_name"] == "Bell"
    assert (refused.status_code, refused.json()["code"]) == (409, "consultation_already_signed")


def test_a_patient_of_another_clinic_cannot_be_assigned(as_doctor, practice, session_factory, keyring):
    elsewhere = a_practice(session_factory, keyring)
    with elsewhere.session() as session:
        foreign = elsewhere.patient(session)
    consultation = _made(practice)

    answer = as_doctor.patch(f"/api/consultations/{consultation}", json={"patient_id": str(foreign.id)})

    assert answer.status_code == 404


def test_a_failed_consultation_is_retried_at_its_stage(as_doctor, practice):
    consultation = _failed(practice)

    before = as_doctor.get(f"/api/consultations/{consultation}").json()
    after = as_doctor.post(f"/api/consultations/{consultation}/retry").json()
    twice = as_doctor.post(f"/api/consultations/{consultation}/retry")

    assert before["pipeline"]["error_message"] == "No speech was found."
    assert (after["status"], after["pipeline"]["stage"], after["pipeline"]["state"]) == (
        "processing",
        "transcribe",
        "waiting",
    )
    assert (twice.status_code, twice.json()["code"]) == (409, "nothing_to_retry")


def test_the_job_carries_the_id_of_the_request_that_asked_for_it(as_doctor, practice):
    consultation = _failed(practice)

    as_doctor.post(f"/api/consultations/{consultation}/retry", headers={"X-Request-ID": "0123456789abcdef"})

    with practice.session() as session:
        asked_by = session.scalars(
            text("SELECT args ->> 'request_id' FROM procrastinate_jobs ORDER BY id DESC")
        ).first()
    assert asked_by == "0123456789abcdef"


def test_what_is_ready_cannot_be_cancelled(as_doctor, practice):
    consultation = _made(practice, status=ConsultationStatus.READY)

    answer = as_doctor.post(f"/api/consultations/{consultation}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_cancel")


def test_a_cancel_of_what_was_being_recorded_leaves_alone_what_its_doctor_has_since_kept(as_doctor, practice):
    recording, failed = _made(practice), _made(practice, status=ConsultationStatus.FAILED)
    ask = "/api/consultations/{}/cancel?only_while_recording=true"

    cancelled = [as_doctor.post(ask.format(recording)) for _ in range(2)]
    refused = as_doctor.post(ask.format(failed))

    assert [answer.status_code for answer in cancelled] == [200, 200]
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_cancel")
    assert as_doctor.get(f"/api/consultations/{failed}").json()["status"] == "failed"


def test_cancelling_twice_answers_the_same_and_stays_on_record(as_doctor, practice):
    consultation = _made(practice)

    answers = [as_doctor.post(f"/api/consultations/{consultation}/cancel") for _ in range(2)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "cancelled")] * 2
    assert actions(practice.factory, practice.id)[-2:] == ["consultation.cancelled", "consultation.cancel_repeated"]


@pytest.mark.parametrize(("language", "version"), [("en", "2026-11.en"), ("de", "2026-11.de"), ("pl", "2026-11.en")])
def test_the_consents_words_come_in_the_language_or_in_english(as_doctor, language, version):
    words = as_doctor.get(f"/api/consent-wording?language={language}").json()

    assert (words["version"], words["language"]) == (version, version[-2:])


def test_each_language_that_is_offered_has_consent_words_of_its_own(as_doctor):
    offered = as_doctor.get("/api/languages").json()

    asked = [as_doctor.get(f"/api/consent-wording?language={one['code']}").json()["language"] for one in offered]
    assert offered[:2] == [{"code": "en", "name": "English"}, {"code": "de", "name": "German"}]
    assert asked == [one["code"] for one in offered]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/patients"),
        ("POST", "/api/patients"),
        ("GET", "/api/patients/{id}"),
        ("PATCH", "/api/patients/{id}"),
        ("GET", "/api/consent-wording"),
        ("GET", "/api/languages"),
        ("GET", "/api/consultations"),
        ("GET", "/api/consultations/events"),
        ("GET", "/api/consultations/{id}"),
        ("PATCH", "/api/consultations/{id}"),
        ("POST", "/api/consultations/{id}/cancel"),
        ("POST", "/api/consultations/{id}/retry"),
    ],
)
def test_nobody_gets_anything_without_signing_in(client, method, path):
    body = {} if method in {"POST", "PATCH"} else None
    assert client.request(method, path.format(id=new_id()), json=body).status_code == 401
