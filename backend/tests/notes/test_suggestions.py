"""Draft a section again, or as instructed: seen as a diff, taken line by line, never over a person's words unasked."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from scribe.accounts.models import ClinicSettings, UsageRecord
from scribe.audit.models import AuditEvent
from scribe.core.clock import FrozenClock
from scribe.core.request_context import NOBODY
from scribe.notes.language_model import failures
from scribe.notes.suggestions.models import NoteSuggestion
from scribe.worker.suggestions import SuggestionWatch
from tests.fixtures.app import RecordingBus
from tests.fixtures.trail import actions
from tests.notes.builders import VISIT, Desk, turns
from tests.notes.models import sentence
from tests.notes.ward import Ward, shown

DOSE = "Prescribed doxycycline 100 mg twice a day for 7 days."
SHORT = "Doxycycline 100 mg twice a day for 7 days."


@pytest.fixture
def ward(desk: Desk, app: FastAPI, as_doctor: TestClient, clock: FrozenClock) -> Ward:
    return Ward(desk, app, as_doctor, clock)


def test_a_suggestion_is_asked_for_at_once_and_the_worker_gets_ids_only(ward: Ward, bus: RecordingBus) -> None:
    ward.with_model([sentence(SHORT, 8)])

    waiting = ward.ask(instruction="Shorter, please, for Mrs Quillfeather", work=False)

    assert (waiting["state"], waiting["rows"]) == ("waiting", [])
    assert waiting["instruction"] == "Shorter, please, for Mrs Quillfeather"
    with ward.desk.session() as session:
        (args,) = (
            session.connection()
            .exec_driver_sql("SELECT args FROM procrastinate_jobs WHERE task_name = 'notes.write_suggestion'")
            .scalars()
        )
    assert set(args) == {"clinic_id", "suggestion_id", "request_id"}
    assert (args["clinic_id"], args["suggestion_id"]) == (str(ward.desk.clinic.id), waiting["id"])
    assert "Quillfeather" not in json.dumps(bus.published)


def test_a_new_draft_of_a_section_is_shown_as_a_diff_and_the_note_stays(ward: Ward, bus: RecordingBus) -> None:
    ward.with_model([sentence(SHORT, 8)])
    before = ward.texts()
    bus.published.clear()

    suggestion = ward.ask()

    assert (suggestion["state"], suggestion["drafter"]) == ("ready", "llm:fake-model")
    assert shown(suggestion) == [
        ("removed", before[0], True),
        ("added", SHORT, True),
        ("removed", before[1], True),
    ]
    assert suggestion["rows"][1]["sentence"]["evidence"][0]["utterance"] == 8
    assert ward.texts() == before
    assert any("consultation_id" in message for _, message in bus.published)


@pytest.mark.parametrize("has_model", [True, False])
def test_that_a_model_is_sent_the_transcript_is_on_record_once(ward: Ward, *, has_model: bool) -> None:
    if has_model:
        ward.with_model([sentence(SHORT, 8)])

    ward.ask()

    trail = actions(ward.desk.factory, ward.desk.clinic.id)
    assert trail.count("transcript.sent_to_model") == has_model


def test_the_ticked_lines_become_a_version_by_the_doctor_with_the_help_of_the_drafter(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    suggestion = ward.ask()

    response = ward.accept_ticked(suggestion)

    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert response.json()["source"] == "ai_edit"
    (line,) = ward.lines()
    assert (line["text"], line["origin"], line["evidence"][0]["utterance"]) == (SHORT, "ai", 8)
    versions = ward.doctor.get(f"{ward.note}/versions").json()
    assert versions[0]["author_name"] == ward.desk.doctor.full_name
    assert ward.open() == []


def test_only_what_is_ticked_goes_and_comes(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8), sentence("Come back in two weeks, if it doesn't get better.", 9)])
    before = ward.texts()
    suggestion = ward.ask()
    added = [row["sentence"]["id"] for row in suggestion["rows"] if row["kind"] == "added"]

    ward.accept(suggestion, take=added[1:])

    assert ward.texts() == [*before, "Come back in two weeks, if it doesn't get better."]


def test_a_persons_lines_are_kept_unless_that_very_line_is_ticked(ward: Ward) -> None:
    ward.write("plan", "Stay off work.\n" + "\n".join(ward.texts()))
    ward.with_model([sentence(SHORT, 8)])

    suggestion = ward.ask()

    assert [row for row in shown(suggestion) if not row[2]] == [("removed", "Stay off work.", False)]
    ward.accept_ticked(suggestion, version=2)
    assert ward.texts() == ["Stay off work.", SHORT]


def test_an_edited_line_is_a_persons_and_its_double_is_not_proposed_beside_it(ward: Ward) -> None:
    ward.write("plan", ward.texts()[0].replace("7 days", "5 days"))
    ward.with_model([sentence("I am going to prescribe doxycycline 100 mg twice a day for 7 days.", 8)])

    suggestion = ward.ask()

    assert [(kind, ticked) for kind, _, ticked in shown(suggestion)] == [("removed", False), ("added", False)]


def test_the_model_is_told_which_lines_are_the_doctors_and_does_not_write_them_again(ward: Ward) -> None:
    ward.write("plan", "Stay off work.\nDoxycycline 100 mg.")
    ward.with_model([sentence(SHORT, 8), sentence("Doxycycline 100 mg.", 8)])

    suggestion = ward.ask(instruction="add the dose")

    data = json.loads(ward.model.asked[0][1])
    assert data["wish"] == "add the dose"
    assert data["current"] == [
        {"text": "Stay off work.", "by": "doctor"},
        {"text": "Doxycycline 100 mg.", "by": "doctor"},
    ]
    assert [text for kind, text, _ in shown(suggestion) if kind == "added"] == [SHORT]


def test_a_wish_brings_in_nothing_that_was_not_said(ward: Ward) -> None:
    wrong = sentence("Prescribed warfarin 5 mg.", 8)
    ward.with_model([sentence(SHORT, 8), wrong], [{**wrong, "rejected": 1}])

    suggestion = ward.ask(instruction="Add that warfarin 5 mg was prescribed")

    assert [text for kind, text, _ in shown(suggestion) if kind == "added"] == [SHORT]
    (withheld,) = suggestion["withheld"]
    assert (withheld["text"], withheld["section_key"]) == ("Prescribed warfarin 5 mg.", "plan")
    assert "number" in withheld["problems"]
    ward.accept_ticked(suggestion)
    note = ward.doctor.get(ward.note).json()
    assert [each["text"] for each in note["withheld"]] == ["Prescribed warfarin 5 mg."]
    assert "warfarin" not in json.dumps(note["sections"])


def test_the_note_may_be_edited_meanwhile_and_the_diff_is_that_of_the_note_as_it_is_now(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    suggestion = ward.ask()
    ward.write("plan", f"{SHORT}\nStay off work.")

    stale = ward.accept_ticked(suggestion)
    (anew,) = ward.open()

    assert (stale.status_code, stale.json()["details"]) == (412, {"version": 2})
    assert shown(anew) == [("kept", SHORT, True), ("removed", "Stay off work.", False)]
    assert ward.accept_ticked(anew, version=2).status_code == 200
    assert ward.texts() == [SHORT, "Stay off work."]


def test_a_line_that_is_not_there_any_more_cannot_be_ticked(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    suggestion = ward.ask()
    kept = ward.lines("subjective")[0]["id"]

    for given in ({"remove": [kept]}, {"take": ["nope"]}, {"take": [ward.lines()[0]["id"]]}):
        refused = ward.accept(suggestion, **given)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_lines")
    assert ward.doctor.get(ward.note).json()["version"] == 1


def test_a_suggestion_is_taken_once(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    suggestion = ward.ask()
    ward.accept_ticked(suggestion)

    again = ward.accept(suggestion, version=2)

    assert (again.status_code, again.json()["code"]) == (409, "suggestion_closed")


def test_taking_nothing_changes_nothing(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])

    response = ward.accept(ward.ask())

    assert (response.status_code, response.json()["version"]) == (200, 1)


def test_a_dismissed_suggestion_is_gone_and_the_note_stays(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    suggestion = ward.ask()
    url = f"{ward.note}/suggestions/{suggestion['id']}/dismiss"

    first, second = ward.doctor.post(url), ward.doctor.post(url)

    assert (first.status_code, second.status_code) == (204, 409)
    assert ward.open() == []
    assert ward.doctor.get(ward.note).json()["version"] == 1


def test_asking_again_puts_the_older_suggestion_aside_even_while_it_is_written(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    older = ward.ask(work=False)

    newer = ward.ask(instruction="shorter", work=False)
    ward.work()

    (shown_now,) = ward.open()
    assert shown_now["id"] == newer["id"] != older["id"]
    assert len(ward.model.asked) == 1


def test_without_a_language_model_a_section_is_drafted_again_but_no_wish_is_followed(ward: Ward) -> None:
    ward.write("plan", "Rest.")

    refused = ward.doctor.post(f"{ward.note}/sections/plan/suggestions", json={"instruction": "shorter"})
    suggestion = ward.ask()

    assert (refused.status_code, refused.json()["code"]) == (409, "instruct_needs_language_model")
    assert "only a language model follows instructions" in refused.json()["message"]
    assert suggestion["drafter"] == "extractive-1"
    assert [kind for kind, *_ in shown(suggestion)] == ["removed", "added", "added"]
    listed = ward.doctor.get(f"{ward.note}/suggestions").json()
    assert listed["instruct_refusal"] == refused.json()["message"]


def test_with_one_a_wish_may_be_made(ward: Ward) -> None:
    ward.with_model([])

    assert ward.doctor.get(f"{ward.note}/suggestions").json()["instruct_refusal"] is None


def test_a_clinic_whose_model_is_not_set_up_is_told_so(ward: Ward, desk: Desk) -> None:
    with desk.session() as session:
        row = ClinicSettings(clinic_id=desk.clinic.id, speech_models=["universal-2"], version=1, drafter="llm")
        session.add(row)

    refused = ward.doctor.post(f"{ward.note}/sections/plan/suggestions", json={"instruction": "shorter"})

    assert (refused.status_code, refused.json()["code"]) == (409, "llm_not_set_up")


def test_a_wish_that_the_budget_does_not_allow_is_refused_and_one_that_it_no_longer_allows_is_told(
    ward: Ward, desk: Desk
) -> None:
    ward.with_model()
    ward.ask(instruction="shorter", work=False)
    with desk.session() as session:
        row = ClinicSettings(clinic_id=desk.clinic.id, speech_models=["x"], version=1, monthly_budget_cents=0)
        session.add(row)

    ward.work()
    refused = ward.doctor.post(f"{ward.note}/sections/plan/suggestions", json={"instruction": "shorter"})

    assert (ward.open()[0]["state"], ward.open()[0]["error_code"]) == ("failed", "llm_not_used")
    assert "budget" in ward.open()[0]["error_message"]
    assert (refused.status_code, refused.json()["code"]) == (409, "budget_reached")


def test_a_model_that_fails_is_told_in_words_and_what_it_took_is_on_record(ward: Ward, desk: Desk) -> None:
    ward.with_model(failures.named("llm_timeout", input_tokens=12))

    suggestion = ward.ask(instruction="shorter")

    assert (suggestion["state"], suggestion["error_code"]) == ("failed", "llm_timeout")
    assert suggestion["error_message"] == "The language model did not answer in time."
    with desk.session() as session:
        assert session.scalars(select(UsageRecord.quantity)).all() == [12]


def test_where_nothing_is_found_that_is_said_and_nothing_is_proposed_to_go(ward: Ward) -> None:
    ward.with_model([])

    assert ward.ask()["error_code"] == "nothing_found"


def test_where_everything_is_withheld_nothing_is_proposed_to_go(ward: Ward) -> None:
    wrong = sentence("Prescribed warfarin 5 mg.", 8)
    ward.with_model([wrong], [{**wrong, "rejected": 0}])

    suggestion = ward.ask()

    assert {(kind, ticked) for kind, _, ticked in shown(suggestion)} == {("removed", False)}
    assert len(suggestion["withheld"]) == 1


def test_a_bug_in_the_worker_leaves_nobody_waiting(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.with_model()

    assert ward.ask()["error_code"] == "interrupted"


def test_a_suggestion_whose_worker_was_killed_is_given_up_by_the_sweep(ward: Ward, desk: Desk) -> None:
    ward.with_model([sentence(SHORT, 8)])
    ward.ask(work=False)
    watch = SuggestionWatch(desk.factory, ward.clock)

    watch.look(desk.clinic.id)
    still_waiting = ward.open()[0]["state"]
    with desk.session() as session:
        session.connection().exec_driver_sql("UPDATE procrastinate_jobs SET status = 'failed'")
    watch.look(desk.clinic.id)

    assert still_waiting == "waiting"
    assert (ward.open()[0]["state"], ward.open()[0]["error_code"]) == ("failed", "interrupted")


def test_a_signed_note_takes_no_suggestion(ward: Ward) -> None:
    ward.with_model([sentence(SHORT, 8)])
    ready, waiting = ward.ask(), ward.ask("subjective", work=False)
    signed = ward.doctor.post(f"{ward.note}/sign", json={"acknowledge_open_items": True}, headers={"If-Match": '"1"'})
    ward.work()

    asked = ward.doctor.post(f"{ward.note}/sections/plan/suggestions", json={})
    accepted, dismissed = ward.accept(ready), ward.doctor.post(f"{ward.note}/suggestions/{ready['id']}/dismiss")

    assert signed.status_code == 200
    assert {each.status_code for each in (asked, accepted, dismissed)} == {409}
    assert asked.json()["code"] == "consultation_already_signed"
    assert ward.open() == []
    with ward.desk.session() as session:
        assert session.get_one(NoteSuggestion, UUID(waiting["id"])).state == "dismissed"
    assert len(ward.model.asked) == 1


def test_another_templates_section_is_not_written(ward: Ward) -> None:
    missing = ward.doctor.post(f"{ward.note}/sections/hpi/suggestions", json={})

    assert missing.status_code == 404


def test_every_look_and_change_is_one_event(ward: Ward, desk: Desk) -> None:
    ward.with_model([sentence(SHORT, 8)])

    def events(act: Callable[[], Any]) -> int:
        before = desk.count_events()
        act()
        return desk.count_events() - before

    url = f"{ward.note}/sections/plan/suggestions"
    assert events(lambda: ward.doctor.post(url, json={"instruction": "shorter"})) == 1
    # That the transcript is sent to the model, and that the suggestion is written.
    assert events(ward.work) == 2
    assert events(ward.open) == 1
    (suggestion,) = ward.open()
    assert events(lambda: ward.accept_ticked(suggestion)) == 1
    with desk.session() as session:
        detail = (
            session.connection()
            .exec_driver_sql(
                "SELECT string_agg(detail::text, ' ') FROM audit_events WHERE action LIKE 'note.suggestion%%'"
            )
            .scalar_one()
        )
    assert "shorter" not in detail
    assert "Doxycycline" not in detail


def test_what_the_worker_writes_belongs_to_the_request_that_asked(ward: Ward, desk: Desk) -> None:
    ward.with_model([sentence(SHORT, 8)])

    ward.ask()

    with desk.session() as session:
        events = select(AuditEvent).where(AuditEvent.action.startswith("note.suggestion_"))
        asked_by = {event.action: event.request_id for event in session.scalars(events)}
    assert asked_by["note.suggestion_written"] == asked_by["note.suggestion_requested"] != NOBODY


def test_a_corrected_transcript_is_what_a_new_draft_is_made_from(ward: Ward, desk: Desk) -> None:
    corrected = tuple((role, text.replace("doxycycline 100", "amoxicillin 500")) for role, text in VISIT)
    desk.transcribe(UUID(ward.note.split("/")[3]), turns(corrected), version=2)
    ward.with_model([sentence("Prescribed amoxicillin 500 mg.", 8)])

    suggestion = ward.ask()

    assert ("added", "Prescribed amoxicillin 500 mg.", True) in shown(suggestion)


def test_what_was_asked_for_is_never_changed_by_the_app(ward: Ward) -> None:
    ward.ask(work=False)

    with pytest.raises(DBAPIError, match="permission denied"), ward.desk.session() as session:
        session.connection().exec_driver_sql("UPDATE note_suggestions SET instruction = 'other'")
