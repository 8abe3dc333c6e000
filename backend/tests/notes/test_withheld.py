"""What the checks kept out of a draft stays beside the note, and never in it."""

from fastapi.testclient import TestClient

from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.tasks import DraftStage
from tests.notes.builders import Desk, Inventing, Work, an_invented, turns
from tests.reports.reading import text_of

WITHHELD = [
    {
        "section_key": "subjective",
        "text": Inventing.invented,
        "problems": ["number", "unit", "medicine_side_or_frequency", "words_not_said"],
    }
]
NOTICES = [{"code": "unsure", "message": "This drafter is unsure."}]


def save(client: TestClient, note: str, text: str, version: int = 1) -> dict:
    headers = {"If-Match": f'"{version}"'}
    return client.put(f"{note}/sections/subjective", json={"text": text}, headers=headers).json()


def test_a_note_and_each_of_its_versions_say_what_was_left_out_and_why(desk: Desk, as_doctor: TestClient) -> None:
    note = f"/api/consultations/{an_invented(desk).id}/note"

    shown, version = as_doctor.get(note).json(), as_doctor.get(f"{note}/versions/1").json()

    assert (shown["withheld"], shown["notices"]) == (WITHHELD, NOTICES)
    assert (version["withheld"], version["notices"]) == (WITHHELD, NOTICES)


def test_a_persons_version_keeps_what_its_draft_left_out(desk: Desk, as_doctor: TestClient) -> None:
    note = f"/api/consultations/{an_invented(desk).id}/note"

    edited = save(as_doctor, note, "Knee pain.")

    assert (edited["version"], edited["withheld"], edited["notices"]) == (2, WITHHELD, NOTICES)


def test_a_new_draft_has_its_own_and_a_restored_one_its_former(desk: Desk, as_doctor: TestClient) -> None:
    consultation = an_invented(desk)
    note = f"/api/consultations/{consultation.id}/note"
    desk.transcribe(consultation.id, turns(), version=2)

    DraftStage(ExtractiveDrafter()).run(Work(desk, consultation.id))
    redrafted = as_doctor.get(note).json()
    restored = as_doctor.post(f"{note}/versions/1/restore", headers={"If-Match": '"2"'}).json()

    assert (redrafted["withheld"], redrafted["notices"]) == ([], [])
    assert (restored["withheld"], restored["notices"]) == (WITHHELD, NOTICES)


def test_typed_in_by_the_doctor_it_is_the_doctors_own_without_a_source(desk: Desk, as_doctor: TestClient) -> None:
    note = f"/api/consultations/{an_invented(desk).id}/note"

    added = save(as_doctor, note, f"{Inventing.said}\n{Inventing.invented}")

    kept, typed = added["sections"][0]["sentences"]
    assert (kept["text"], kept["origin"]) == (Inventing.said, "ai")
    assert (typed["text"], typed["origin"], typed["evidence"]) == (Inventing.invented, "added", [])
    assert [item["kind"] for item in added["open_items"] if item["sentence_id"] == typed["id"]] == ["no_source"]


def test_what_was_left_out_is_in_no_pdf_and_under_no_signature(desk: Desk, as_doctor: TestClient) -> None:
    note = f"/api/consultations/{an_invented(desk).id}/note"
    plain = as_doctor.get(f"{note}/versions").json()[0]["content_sha256"]

    body = {"acknowledge_open_items": True}
    signed = as_doctor.post(f"{note}/sign", json=body, headers={"If-Match": '"1"'}).json()
    printed = " ".join(text_of(as_doctor.get(f"{note}.pdf").content).split())

    assert signed["withheld"] == WITHHELD
    assert "My knee hurts when I walk." in printed
    assert "warfarin" not in printed
    assert Inventing.notice.message not in printed
    assert plain in printed.replace(" ", "")
