"""The note as PDF over HTTP."""

from fastapi.testclient import TestClient

from tests.notes.builders import Desk, MakeDrafted
from tests.reports.reading import text_of


def url(consultation_id) -> str:
    return f"/api/consultations/{consultation_id}/note.pdf"


def test_signed_out_nobody_gets_it(client: TestClient, a_drafted: MakeDrafted) -> None:
    assert client.get(url(a_drafted())).status_code == 401


def test_a_foreign_note_is_missing(as_colleague: TestClient, as_stranger: TestClient, a_drafted: MakeDrafted) -> None:
    there = url(a_drafted())

    assert {as_colleague.get(there).status_code, as_stranger.get(there).status_code} == {404}


def test_a_draft_is_exported_with_its_mark_and_one_event(
    desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted
) -> None:
    there = url(a_drafted())
    before = desk.count_events()

    response = as_doctor.get(there)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Bell" not in str(response.headers)
    assert desk.count_events() == before + 1
    text = text_of(response.content)
    assert "DRAFT" in text
    assert "Ann Bell" in text
    assert "doxycycline 100 mg twice a day for 7 days" in " ".join(text.split())


def test_a_signed_note_carries_signature_addenda_and_the_whole_hash(
    as_doctor: TestClient, as_admin: TestClient, a_drafted: MakeDrafted
) -> None:
    consultation_id = a_drafted()
    note = f"/api/consultations/{consultation_id}/note"
    as_doctor.post(f"{note}/sign", json={}, headers={"If-Match": '"1"'})
    as_doctor.post(f"{note}/addenda", json={"text": "The swab came back negative."})
    digest = as_doctor.get(f"{note}/versions").json()[0]["content_sha256"]

    text = text_of(as_admin.get(url(consultation_id)).content)

    assert "DRAFT" not in text
    assert "I, Dr Mara Lindqvist, have read this note" in " ".join(text.split())
    assert "The swab came back negative." in text
    assert digest in "".join(text.split())


def test_a_correction_of_the_patient_does_not_reach_a_signed_note(
    as_doctor: TestClient, a_drafted: MakeDrafted
) -> None:
    consultation_id = a_drafted()
    as_doctor.post(f"/api/consultations/{consultation_id}/note/sign", json={}, headers={"If-Match": '"1"'})
    patient = as_doctor.get(f"/api/consultations/{consultation_id}").json()["patient"]
    corrected = as_doctor.patch(f"/api/patients/{patient['id']}", json={"family_name": "Renamed"})

    text = text_of(as_doctor.get(url(consultation_id)).content)

    assert corrected.status_code == 200
    assert "Ann Bell" in text
    assert "Renamed" not in text
