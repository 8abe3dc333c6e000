"""Letter and summary: from a signed note only, edited, versioned, approved, and out of date after an addendum."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from scribe.audit.models import AuditEvent
from scribe.core.clock import FrozenClock
from scribe.core.ids import new_id
from scribe.notes.models import Note
from scribe.notes.patient_documents.models import PatientDocument, PatientDocumentVersion
from tests.notes.builders import Desk, a_draft
from tests.notes.patient_documents.papers import Papers, lines

KINDS = ("patient_letter", "after_visit_summary")


def test_a_draft_gives_no_document(desk: Desk, app: FastAPI, as_doctor: TestClient, clock: FrozenClock) -> None:
    papers = Papers(desk, app, as_doctor, clock)

    response = papers.post()

    assert (response.status_code, response.json()["code"]) == (409, "note_must_be_signed")
    assert papers.doctor.get(papers.all).json()["refusal"].startswith("A letter or summary is written from the signed")


def test_the_database_too_refuses_a_document_of_a_draft(desk: Desk) -> None:
    consultation = a_draft(desk)

    with desk.session() as session:
        note = session.scalars(select(Note).where(Note.consultation_id == consultation.id)).one()
        session.add(
            PatientDocument(
                id=new_id(), clinic_id=desk.clinic.id, note_id=note.id, kind="patient_letter", current_version=0
            )
        )

        with pytest.raises(DBAPIError, match="not signed"):
            session.flush()
        session.rollback()


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_but_the_framing_names_what_of_the_note_it_rests_on(papers: Papers, kind: str) -> None:
    document = papers.write(kind)

    sentences = [each for section in document["sections"] for each in section["sentences"]]
    assert all(each["is_framing"] != bool(each["sources"]) for each in sentences)
    dose = next(each for each in sentences if "doxycycline" in each["text"])
    (source,) = dose["sources"]
    assert (source["place"], source["text"]) == (
        "Plan",
        "I'm going to prescribe doxycycline 100 mg twice a day for 7 days.",
    )
    assert source["evidence"][0]["utterance"] == 8


def test_a_letter_speaks_to_its_patient(papers: Papers) -> None:
    letter = papers.write()

    assert lines(letter, "opening") == ["Dear Ann Bell,", "This letter sums up your visit on 23 November 2026."]
    assert "I think you have a chest infection." in lines(letter, "found")
    assert lines(letter, "medicines")[0] == "You are allergic to penicillin."
    assert lines(letter, "follow_up") == ["Come back in two weeks if it doesn't get better."]
    assert lines(letter, "closing")[2:] == [papers.desk.doctor.full_name, papers.desk.clinic.name]


def test_an_edit_keeps_the_sources_and_says_whose_it_is(papers: Papers) -> None:
    papers.write()

    response = papers.edit("follow_up", "Come back in two weeks if it is not better.\nRest well.")

    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert response.json()["source"] == "human"
    section = next(each for each in response.json()["sections"] if each["key"] == "follow_up")
    changed, added = section["sentences"]
    assert (changed["origin"], bool(changed["sources"])) == ("edited", True)
    assert (added["origin"], added["author_name"], added["sources"]) == ("added", papers.desk.doctor.full_name, [])


def test_an_edit_over_an_older_version_is_refused(papers: Papers) -> None:
    papers.write()
    papers.edit("plan", "Rest well.")

    response = papers.edit("plan", "Other words.")

    assert (response.status_code, response.json()["code"]) == (412, "stale")
    assert response.json()["details"] == {"version": 2}


def test_the_same_words_make_no_version(papers: Papers) -> None:
    letter = papers.write()

    response = papers.edit("found", "\n".join(lines(letter, "found")))

    assert response.json()["version"] == 1


def test_versions_are_kept_with_author_and_source(papers: Papers) -> None:
    papers.write()
    papers.edit("plan", "Rest well.")

    newest, first = papers.doctor.get(f"{papers.all}/patient_letter/versions").json()

    assert (newest["source"], newest["author_name"]) == ("human", papers.desk.doctor.full_name)
    assert (first["source"], first["author_name"], first["drafter"]) == ("ai", None, "extractive-1")
    older = papers.doctor.get(f"{papers.all}/patient_letter/versions/1").json()
    assert lines(older, "plan") == []


def test_writing_again_puts_no_persons_words_aside_unasked(papers: Papers) -> None:
    papers.write()
    papers.edit("plan", "Rest well.")

    refused, agreed = papers.post(), papers.post(replace=True)

    assert (refused.status_code, refused.json()["code"]) == (409, "document_has_human_edits")
    assert (agreed.json()["version"], lines(agreed.json(), "plan")) == (3, [])
    assert lines(papers.doctor.get(f"{papers.all}/patient_letter/versions/2").json(), "plan") == ["Rest well."]


def test_an_approved_document_changes_no_more_until_it_is_opened_again(papers: Papers) -> None:
    papers.write()

    approved = papers.act("approve").json()
    refused = papers.edit("plan", "Rest well.")
    papers.act("reopen")
    edited = papers.edit("plan", "Rest well.")

    assert approved["approved_by_name"] == papers.desk.doctor.full_name
    assert (refused.status_code, refused.json()["code"]) == (409, "document_approved")
    assert (edited.status_code, edited.json()["approved_at"]) == (200, None)


@pytest.mark.parametrize("replace", [False, True])
def test_an_approval_is_taken_back_by_no_writing_and_the_trail_names_who_took_it_back(
    papers: Papers, *, replace: bool
) -> None:
    papers.write()
    papers.act("approve")
    before = papers.desk.count_events()

    refused = papers.post(replace=replace)

    assert (refused.status_code, refused.json()["code"]) == (409, "document_approved")
    assert (papers.read()["version"], papers.read()["approved_at"] is not None) == (1, True)
    assert papers.act("reopen").status_code == 200
    assert papers.write(replace=replace)["version"] == 2
    with papers.desk.session() as session:
        told = session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()[before:]
    assert [each for each in told if not each.endswith(".read")] == [
        "patient_document.reopened", "patient_document.written",
    ]  # fmt: skip


def test_the_database_too_keeps_an_approved_document_as_it_is(papers: Papers) -> None:
    papers.write()
    papers.act("approve")

    with papers.desk.session() as session:
        version = session.scalars(select(PatientDocumentVersion)).one()
        values = {column.key: getattr(version, column.key) for column in PatientDocumentVersion.__table__.columns}
        session.add(PatientDocumentVersion(**{**values, "id": new_id(), "version": 2}))

        with pytest.raises(DBAPIError, match="no new version"):
            session.flush()
        session.rollback()


def test_a_version_is_never_changed(papers: Papers) -> None:
    papers.write()

    with pytest.raises(DBAPIError), papers.desk.session() as session:
        session.execute(text("UPDATE patient_document_versions SET drafter = 'x'"))


def test_approving_an_older_version_is_refused(papers: Papers) -> None:
    papers.write()
    papers.edit("plan", "Rest well.")

    assert papers.act("approve", version=1).status_code == 412


def test_a_document_that_says_nothing_of_the_visit_is_not_approved(papers: Papers) -> None:
    papers.write()
    for version, key in enumerate(("why", "found", "medicines", "follow_up"), start=1):
        assert papers.edit(key, "", version=version).status_code == 200

    response = papers.act("approve", version=5)

    assert (response.status_code, response.json()["code"]) == (409, "nothing_for_the_patient")


def test_a_later_addendum_makes_it_out_of_date_and_writing_again_takes_it_in(papers: Papers) -> None:
    papers.write()
    papers.act("approve")

    papers.amend("The swab came back negative. Stop doxycycline.")

    assert papers.read()["is_outdated"]
    papers.act("reopen")
    again = papers.write()
    assert (again["is_outdated"], again["approved_at"]) == (False, None)
    assert lines(again, "added") == ["The swab came back negative.", "Stop doxycycline."]


def test_each_read_and_write_is_one_event(papers: Papers) -> None:
    one = f"{papers.all}/patient_letter"
    match = {"If-Match": '"1"'}
    calls = {
        "patient_document.written": papers.write,
        "patient_documents.read": lambda: papers.doctor.get(papers.all),
        "patient_document.read": lambda: papers.doctor.get(one),
        "patient_document.exported": lambda: papers.doctor.get(f"{one}/document.pdf"),
        "patient_document.versions_listed": lambda: papers.doctor.get(f"{one}/versions"),
        "patient_document.version_read": lambda: papers.doctor.get(f"{one}/versions/1"),
        "patient_document.approved": lambda: papers.doctor.post(f"{one}/approve", headers=match),
        "patient_document.reopened": lambda: papers.doctor.post(f"{one}/reopen", headers=match),
        "patient_document.edited": lambda: papers.edit("plan", "Rest well."),
    }

    for action, call in calls.items():
        before = papers.desk.count_events()
        call()
        assert papers.desk.count_events() == before + 1, action
        with papers.desk.session() as session:
            newest = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
        assert newest is not None
        assert newest.action == action


def test_an_admin_reads_and_does_not_write(papers: Papers, as_admin: TestClient) -> None:
    papers.write()

    shown = as_admin.get(papers.all).json()

    assert (len(shown["documents"]), shown["may_edit"]) == (1, False)
    assert as_admin.post(f"{papers.all}/patient_letter", json={}).status_code == 403
