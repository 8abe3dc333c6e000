"""The draft stage: what it writes, and what it never puts aside."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from scribe.consultations import context
from scribe.consultations.models import Consultation
from scribe.consultations.pipeline import StageFailed
from scribe.notes import content as contents
from scribe.notes import queries
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.models import Note, VersionSource
from scribe.notes.tasks import DraftStage
from scribe.notes.templates import SHIPPED
from tests.notes.builders import (
    DOCTOR,
    GERMAN_VISIT,
    PATIENT,
    Desk,
    Inventing,
    MakeDrafted,
    Only,
    Work,
    an_invented,
    turns,
)


def test_a_draft_is_version_1_by_the_ai_with_the_hash_of_what_it_says(desk: Desk, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()

    with desk.session() as session:
        note = queries.get_note(session, consultation_id)
        version = queries.get_version(session, note, 1)

        assert (version.source, version.author_id, version.drafter) == (VersionSource.AI, None, "extractive-1")
        assert version.transcript_version == 1
        assert version.content_hash == contents.fingerprint(version.content)
        assert list(contents.from_json(version.content).sentences())


@pytest.mark.parametrize("template", SHIPPED, ids=lambda template: template.key)
def test_every_template_takes_the_draft_in(desk: Desk, a_drafted: MakeDrafted, template) -> None:
    consultation_id = a_drafted(template.key)

    with desk.session() as session:
        note = queries.get_note(session, consultation_id)
        content = contents.from_json(queries.get_version(session, note, 1).content)

        assert [section.key for section in content.sections] == [section.key for section in template.sections]
        assert "doxycycline 100 mg twice a day for 7 days" in " ".join(s.text for s in content.sentences())


def test_what_the_doctor_typed_beside_the_recording_never_enters_the_draft(desk: Desk) -> None:
    consultation = desk.consultation()
    desk.transcribe(consultation.id, turns())
    with desk.session() as session:
        context.save(
            session,
            consultation=session.get_one(Consultation, consultation.id),
            doctor=desk.doctor,
            text="Patient is allergic to ibuprofen.",
            now=datetime.now(UTC),
        )

    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation.id))

    with desk.session() as session:
        version = queries.get_version(session, queries.get_note(session, consultation.id), 1)
    assert "penicillin" in str(version.content)
    assert "ibuprofen" not in str(version.content)


def test_what_the_evidence_does_not_prove_stays_out_and_is_kept_beside_the_note(desk: Desk) -> None:
    consultation = an_invented(desk)

    with desk.session() as session:
        note = queries.get_note(session, consultation.id)
        version = queries.get_version(session, note, 1)
        assert [s.text for s in contents.from_json(version.content).sentences()] == [Inventing.said]
        assert version.withheld == [
            {
                "section_key": "subjective",
                "text": Inventing.invented,
                "problems": ["number", "unit", "medicine_side_or_frequency", "words_not_said"],
            }
        ]
        assert version.notices == [{"code": "unsure", "message": "This drafter is unsure."}]
        assert version.content_hash == contents.fingerprint(version.content)


def test_a_german_visit_becomes_a_note_that_says_all_and_how_it_was_made(desk: Desk, as_doctor: TestClient) -> None:
    consultation = desk.consultation()
    desk.transcribe(consultation.id, turns(GERMAN_VISIT), language="de")

    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation.id))

    note = as_doctor.get(f"/api/consultations/{consultation.id}/note").json()
    noted = [s["text"] for section in note["sections"] for s in section["sentences"]]
    assert len(noted) == len(GERMAN_VISIT)
    assert all(any(text in line for line in noted) for _, text in GERMAN_VISIT)
    assert note["withheld"] == []
    assert [notice["code"] for notice in note["notices"]] == ["quotes_only"]


def test_the_longest_quoted_visit_can_be_saved_as_it_was_drafted(desk: Desk, as_doctor: TestClient) -> None:
    consultation = desk.consultation()
    said = tuple((PATIENT, f"{text} Und zwar zum {number}. Mal.") for number in range(150) for _, text in GERMAN_VISIT)
    desk.transcribe(consultation.id, turns(said), language="de")
    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation.id))
    path = f"/api/consultations/{consultation.id}/note"
    drafted = as_doctor.get(path).json()["sections"]
    longest = max(drafted, key=lambda section: len(section["sentences"]))
    lines = [sentence["text"] for sentence in longest["sentences"]]
    assert len(lines) > 1000

    saved = as_doctor.put(
        f"{path}/sections/{longest['key']}", json={"text": "\n".join(lines[1:])}, headers={"If-Match": '"1"'}
    )

    assert (saved.status_code, saved.json()["version"]) == (200, 2)


@pytest.mark.parametrize("said", [(), ((PATIENT, " "),), ((DOCTOR, "Hmm."), (PATIENT, "Um, yeah."))])
def test_without_speech_there_is_no_note(desk: Desk, said) -> None:
    consultation = desk.consultation()
    desk.transcribe(consultation.id, turns(said))

    with pytest.raises(StageFailed) as failed:
        DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation.id))

    assert failed.value.code == "no_speech"
    with desk.session() as session:
        assert session.scalar(select(Note).where(Note.consultation_id == consultation.id)) is None


def test_a_new_draft_over_a_draft_is_a_new_version(desk: Desk, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    desk.transcribe(consultation_id, turns(((PATIENT, "My left knee hurts since yesterday."),)), version=2)

    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation_id))

    with desk.session() as session:
        note = queries.get_note(session, consultation_id)
        assert [v.transcript_version for v in queries.versions(session, note)] == [2, 1]


def test_a_new_draft_never_puts_a_persons_words_aside_unasked(
    desk: Desk, a_drafted: MakeDrafted, as_doctor: TestClient
) -> None:
    consultation_id = a_drafted()
    edited = as_doctor.put(
        f"/api/consultations/{consultation_id}/note/sections/plan", json={"text": "Rest."}, headers={"If-Match": '"1"'}
    )

    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation_id))

    assert edited.status_code == 200
    assert as_doctor.get(f"/api/consultations/{consultation_id}/note").json()["version"] == 2


def test_a_redraft_over_edits_needs_to_be_asked_for(desk: Desk, a_drafted: MakeDrafted, as_doctor: TestClient) -> None:
    consultation_id = a_drafted()
    note = f"/api/consultations/{consultation_id}/note"
    as_doctor.put(f"{note}/sections/plan", json={"text": "Rest."}, headers={"If-Match": '"1"'})

    refused = as_doctor.post(f"{note}/redraft", json={})
    asked = as_doctor.post(f"{note}/redraft", json={"replace_human_edits": True, "template_key": "h_and_p"})
    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation_id))

    assert (refused.status_code, refused.json()["code"]) == (409, "note_has_human_edits")
    assert asked.status_code == 202
    shown = as_doctor.get(note).json()
    assert (shown["version"], shown["source"], shown["template_key"]) == (3, "ai", "h_and_p")
    assert as_doctor.get(f"{note}/versions/2").json()["sections"][3]["sentences"][0]["text"] == "Rest."


def test_an_edit_after_the_agreement_to_replace_voids_it(
    desk: Desk, a_drafted: MakeDrafted, as_doctor: TestClient
) -> None:
    consultation_id = a_drafted()
    note = f"/api/consultations/{consultation_id}/note"
    as_doctor.put(f"{note}/sections/plan", json={"text": "Rest."}, headers={"If-Match": '"1"'})
    as_doctor.post(f"{note}/redraft", json={"replace_human_edits": True})
    with Work(desk, consultation_id).completing():
        pass
    as_doctor.put(f"{note}/sections/plan", json={"text": "Rest and fluids."}, headers={"If-Match": '"2"'})

    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation_id))

    assert as_doctor.get(note).json()["version"] == 3
    assert as_doctor.get(note).json()["source"] == "human"


def test_a_redraft_into_an_unknown_template_is_refused(a_drafted: MakeDrafted, as_doctor: TestClient) -> None:
    response = as_doctor.post(f"/api/consultations/{a_drafted()}/note/redraft", json={"template_key": "nope"})

    assert (response.status_code, response.json()["code"]) == (422, "template_unknown")
