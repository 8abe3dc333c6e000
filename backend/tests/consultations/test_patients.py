"""Finding, adding and correcting patients."""

import pytest


@pytest.fixture
def doctor(practice):
    return practice.doctor


def test_patients_are_found_by_beginnings_without_accents_and_case(as_doctor, practice):
    with practice.session() as session:
        practice.patient(session, given_name="Zoë", family_name="van der Berg", identifier="A-100")
        practice.patient(session, given_name="Jürgen", family_name="Müller", birth_date="1950-02-01")
        practice.patient(session, given_name="Berga", family_name="Östlund", identifier="A-10")

    def found(q: str) -> list[str]:
        return [item["family_name"] for item in as_doctor.get("/api/patients", params={"q": q}).json()["items"]]

    assert found("muller") == found("MÜLL") == found("jurgen mu") == found("Müller, Jürgen") == ["Müller"]
    assert found("1950-02-01") == found("01.02.1950") == found("2/1/1950") == ["Müller"]
    assert found("van der b") == found("zoe van der berg") == found("van der berg zo") == ["van der Berg"]
    assert found("a-10") == ["Östlund", "van der Berg"]
    assert found("ber") == ["Östlund"]
    assert found("%") == found("_") == found("\\") == []
    assert len(found("")) == 3


def test_a_record_number_is_given_once(as_doctor):
    first = as_doctor.post("/api/patients", json={"given_name": "A", "family_name": "B", "identifier": "7"})
    second = as_doctor.post("/api/patients", json={"given_name": "C", "family_name": "D", "identifier": "7"})

    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "identifier_taken")


def test_a_patients_names_cannot_be_emptied_but_the_birth_date_can(as_doctor, practice):
    with practice.session() as session:
        patient = practice.patient(session, birth_date="1950-02-01")

    changed = as_doctor.patch(
        f"/api/patients/{patient.id}", json={"given_name": None, "family_name": "Bell-Hart", "birth_date": None}
    ).json()

    assert (changed["given_name"], changed["family_name"], changed["birth_date"]) == ("Ann", "Bell-Hart", None)
