"""Reading, editing and restoring a note over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.notes.builders import DOCTOR, Desk, MakeDrafted, turn, turns


def url(consultation_id, tail: str = "") -> str:
    return f"/api/consultations/{consultation_id}/note{tail}"


def lines(note: dict, key: str) -> list[dict]:
    return next(section["sentences"] for section in note["sections"] if section["key"] == key)


def save(client: TestClient, consultation_id, key: str, text: str, version: int = 1):
    return client.put(
        url(consultation_id, f"/sections/{key}"), json={"text": text}, headers={"If-Match": f'"{version}"'}
    )


def test_signed_out_nobody_reads_a_note(client: TestClient, a_drafted: MakeDrafted) -> None:
    assert client.get(url(a_drafted())).status_code == 401


def test_a_foreign_note_is_as_missing_as_a_missing_one(
    as_colleague: TestClient, as_stranger: TestClient, a_drafted: MakeDrafted
) -> None:
    there, missing = url(a_drafted()), url("00000000-0000-7000-8000-000000000000")

    answers = [client.get(where) for client in (as_colleague, as_stranger) for where in (there, missing)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.replace(answer.json()["request_id"], "") for answer in answers}) == 1


def test_a_read_gives_the_version_as_etag_and_one_event(
    desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted
) -> None:
    consultation_id = a_drafted()
    before = desk.count_events()

    response = as_doctor.get(url(consultation_id))

    assert response.headers["ETag"] == '"1"'
    assert desk.count_events() == before + 1
    sentence = lines(response.json(), "subjective")[0]
    assert sentence["origin"] == "ai"
    assert sentence["evidence"][0]["quote"]


def test_unchanged_lines_keep_their_evidence_and_new_ones_have_none(
    as_doctor: TestClient, a_drafted: MakeDrafted
) -> None:
    consultation_id = a_drafted()
    before = lines(as_doctor.get(url(consultation_id)).json(), "plan")
    text = "\n".join(["Stay off work.", *(s["text"] for s in before)])

    response = save(as_doctor, consultation_id, "plan", text)

    after = lines(response.json(), "plan")
    assert response.headers["ETag"] == '"2"'
    assert [s["origin"] for s in after] == ["added", *("ai" for _ in before)]
    assert after[0]["evidence"] == []
    assert after[0]["author_name"] == "Dr Mara Lindqvist"
    assert after[1:] == before


def test_a_changed_line_is_edited_and_keeps_what_it_came_from(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    before = lines(as_doctor.get(url(consultation_id)).json(), "plan")
    changed = before[0]["text"].replace("7 days", "5 days")

    after = lines(save(as_doctor, consultation_id, "plan", changed).json(), "plan")

    assert [(s["id"], s["origin"], s["evidence"]) for s in after] == [
        (before[0]["id"], "edited", before[0]["evidence"])
    ]


def test_a_deleted_line_that_is_typed_back_is_the_same_sentence(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    before = lines(as_doctor.get(url(consultation_id)).json(), "plan")
    save(as_doctor, consultation_id, "plan", "")

    after = lines(save(as_doctor, consultation_id, "plan", before[0]["text"], version=2).json(), "plan")

    assert after == before[:1]


def test_saving_what_is_there_makes_no_version_but_one_event(
    desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted
) -> None:
    consultation_id = a_drafted()
    plan = lines(as_doctor.get(url(consultation_id)).json(), "plan")
    before = desk.count_events()

    response = save(as_doctor, consultation_id, "plan", "\n".join(s["text"] for s in plan))

    assert response.json()["version"] == 1
    assert desk.count_events() == before + 1


def test_a_stale_save_is_refused_and_names_the_newest_version(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    save(as_doctor, consultation_id, "plan", "Rest.")

    response = save(as_doctor, consultation_id, "plan", "Fluids.", version=1)

    assert response.status_code == 412
    assert (response.json()["code"], response.json()["details"]) == ("stale", {"version": 2})


@pytest.mark.parametrize("if_match", ["", "*", '"x"', '"-1"', "99999999999999999999"])
def test_a_bad_if_match_is_refused(as_doctor: TestClient, a_drafted: MakeDrafted, if_match: str) -> None:
    response = as_doctor.put(url(a_drafted(), "/sections/plan"), json={"text": "Rest."}, headers={"If-Match": if_match})

    assert response.status_code in {412, 422}


def test_a_text_with_nul_is_refused_and_changes_nothing(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()

    response = save(as_doctor, consultation_id, "plan", "Rest.\x00")

    assert (response.status_code, response.json()["code"]) == (422, "unstorable_text")
    assert as_doctor.get(url(consultation_id)).json()["version"] == 1


def test_more_lines_than_any_note_has_are_refused(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    response = save(as_doctor, a_drafted(), "plan", "a\n" * 10_001)

    assert (response.status_code, response.json()["code"]) == (422, "too_many_lines")


def test_an_unknown_section_is_missing(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    assert save(as_doctor, a_drafted(), "nope", "Rest.").status_code == 404


def test_an_admin_reads_but_never_edits(as_admin: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()

    assert as_admin.get(url(consultation_id)).status_code == 200
    assert save(as_admin, consultation_id, "plan", "Rest.").status_code == 403
    assert as_admin.post(url(consultation_id, "/redraft"), json={}).status_code == 403
    sign = as_admin.post(
        url(consultation_id, "/sign"), json={"acknowledge_open_items": True}, headers={"If-Match": '"1"'}
    )
    assert sign.status_code == 403


def test_versions_are_listed_read_and_restored(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    first = as_doctor.get(url(consultation_id)).json()
    save(as_doctor, consultation_id, "plan", "Rest.")

    listed = as_doctor.get(url(consultation_id, "/versions")).json()
    older = as_doctor.get(url(consultation_id, "/versions/1")).json()
    restored = as_doctor.post(url(consultation_id, "/versions/1/restore"), headers={"If-Match": '"2"'}).json()

    assert [(v["version"], v["source"], v["author_name"]) for v in listed] == [
        (2, "human", "Dr Mara Lindqvist"),
        (1, "ai", None),
    ]
    assert older["sections"] == first["sections"]
    assert (restored["version"], restored["source"], restored["sections"]) == (3, "human", first["sections"])
    assert as_doctor.get(url(consultation_id, "/versions/9")).status_code == 404


def test_a_corrected_turn_marks_the_sentences_that_came_from_it(
    desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted
) -> None:
    consultation_id = a_drafted()
    said = turns()
    said[8] = turn(8, DOCTOR, "I'm going to prescribe doxycycline 200 mg twice a day.", said[8].start_ms)
    desk.transcribe(consultation_id, said, version=2)

    note = as_doctor.get(url(consultation_id)).json()

    assert [s["source_changed"] for s in lines(note, "plan") if "doxycycline" in s["text"]] == [True]
    assert not any(s["source_changed"] for s in lines(note, "subjective"))
    assert [item["kind"] for item in note["open_items"]] == ["source_changed"]


def test_open_items_name_what_to_look_at(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted(with_patient=False)
    save(as_doctor, consultation_id, "plan", "")

    note = save(as_doctor, consultation_id, "assessment", "Looks well.", version=2).json()

    assert [(item["kind"], item["section_key"]) for item in note["open_items"]] == [
        ("no_patient", None),
        ("no_source", "assessment"),
        ("empty_required_section", "plan"),
    ]


def test_the_clinics_templates_are_listed_in_order(as_doctor: TestClient, desk: Desk) -> None:
    response = as_doctor.get("/api/templates")

    assert [template["key"] for template in response.json()] == ["soap", "h_and_p", "primary_care", "follow_up"]


def test_every_call_makes_exactly_one_event(desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    newest = {"If-Match": '"2"'}
    calls = (
        ("PUT", "/sections/plan", {"text": "Rest."}, {"If-Match": '"1"'}),
        ("GET", "", None, {}),
        ("GET", "/versions", None, {}),
        ("GET", "/versions/1", None, {}),
        ("POST", "/versions/1/restore", None, newest),
        ("POST", "/sign", {"acknowledge_open_items": True}, {"If-Match": '"3"'}),
        ("POST", "/addenda", {"text": "Seen again."}, {}),
    )
    counts = []
    for method, tail, body, headers in calls:
        before = desk.count_events()
        response = as_doctor.request(method, url(consultation_id, tail), json=body, headers=headers)
        assert response.is_success, (tail, response.text)
        counts.append(desk.count_events() - before)

    assert counts == [1] * len(calls)


def test_a_redraft_makes_exactly_one_event(desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    before = desk.count_events()

    response = as_doctor.post(url(consultation_id, "/redraft"), json={})

    assert response.status_code == 202
    assert desk.count_events() == before + 1
