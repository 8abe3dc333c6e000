"""What a doctor types beside a recording: kept, private, and closed with the note."""

import pytest

from scribe.consultations.models import ConsultationStatus
from tests.fixtures.trail import actions


@pytest.fixture
def doctor(practice):
    return practice.doctor


@pytest.fixture
def admin(practice):
    return practice.admin


def _address(practice, **given) -> str:
    with practice.session() as session:
        return f"/api/consultations/{practice.consultation(session, **given).id}/context"


def test_what_is_typed_is_there_again_as_it_was_saved_last(as_doctor, practice):
    address = _address(practice)

    nothing = as_doctor.get(address).json()
    for text in ("Looked pale.", "Looked pale.\nWife came along."):
        saved = as_doctor.put(address, json={"text": text})

    assert nothing == {"text": "", "saved_at": None}
    assert saved.status_code == 200
    assert as_doctor.get(address).json() == saved.json()
    assert saved.json()["text"] == "Looked pale.\nWife came along."


def test_it_can_be_emptied_again(as_doctor, practice):
    address = _address(practice)
    as_doctor.put(address, json={"text": "Wrong patient"})

    as_doctor.put(address, json={"text": ""})

    assert as_doctor.get(address).json()["text"] == ""


def test_each_look_and_each_save_is_one_event_without_a_word_of_it(as_doctor, practice):
    address = _address(practice)
    as_doctor.put(address, json={"text": "Looked pale."})
    as_doctor.get(address)

    assert actions(practice.factory, practice.id) == ["consultation.context_saved", "consultation.context_read"]


def test_the_admin_may_not_read_it(as_doctor, as_admin, practice):
    address = _address(practice)
    as_doctor.put(address, json={"text": "Looked pale."})

    answer = as_admin.get(address)

    assert (answer.status_code, answer.json()["code"]) == (403, "context_is_private")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ConsultationStatus.SIGNED, "consultation_already_signed"),
        (ConsultationStatus.CANCELLED, "consultation_cancelled"),
    ],
)
def test_it_is_closed_with_the_consultation(as_doctor, practice, status, code):
    address = _address(practice, status=status)

    answer = as_doctor.put(address, json={"text": "Too late"})

    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_text_of_any_length_is_refused_in_words(as_doctor, practice):
    answer = as_doctor.put(_address(practice), json={"text": "x" * 20_001})

    assert answer.status_code == 422
