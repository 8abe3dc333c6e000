"""Signing: once, by the right doctor, and final in the database too."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from scribe.core.clock import FrozenClock
from scribe.notes import queries, signing
from tests.notes.builders import Desk, MakeDrafted, a_draft


def sign(client: TestClient, consultation_id: UUID, version: int = 1, *, acknowledge: bool = False):
    return client.post(
        f"/api/consultations/{consultation_id}/note/sign",
        json={"acknowledge_open_items": acknowledge},
        headers={"If-Match": f'"{version}"'},
    )


def test_a_signed_note_names_its_signer_and_is_final(
    desk: Desk, as_doctor: TestClient, a_drafted: MakeDrafted, clock: FrozenClock
) -> None:
    consultation_id = a_drafted()
    before = desk.count_events()

    signed = sign(as_doctor, consultation_id)
    events = desk.count_events() - before
    again = sign(as_doctor, consultation_id)
    edited = as_doctor.put(
        f"/api/consultations/{consultation_id}/note/sections/plan", json={"text": "Rest."}, headers={"If-Match": '"1"'}
    )

    note = signed.json()
    assert signed.status_code == 200
    assert (note["state"], note["signature"]["signer_name"], note["signature"]["version"]) == (
        "signed",
        "Dr Mara Lindqvist",
        1,
    )
    assert note["signature"]["attestation"] == note["attestation"]
    assert events == 1
    assert (again.status_code, edited.status_code) == (409, 409)
    assert as_doctor.get(f"/api/consultations/{consultation_id}").json()["status"] == "signed"


def test_open_items_must_be_acknowledged(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    as_doctor.put(
        f"/api/consultations/{consultation_id}/note/sections/plan", json={"text": "Rest."}, headers={"If-Match": '"1"'}
    )

    refused = sign(as_doctor, consultation_id, 2)
    signed = sign(as_doctor, consultation_id, 2, acknowledge=True)

    assert (refused.status_code, refused.json()["code"]) == (409, "open_items")
    assert [item["kind"] for item in refused.json()["details"]["items"]] == ["no_source"]
    assert signed.status_code == 200


def test_a_note_without_a_patient_is_not_signed(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    refused = sign(as_doctor, a_drafted(with_patient=False), acknowledge=True)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")


def test_a_stale_version_is_not_signed(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    as_doctor.put(
        f"/api/consultations/{consultation_id}/note/sections/plan", json={"text": "Rest."}, headers={"If-Match": '"1"'}
    )

    assert sign(as_doctor, consultation_id, 1, acknowledge=True).status_code == 412


def test_addenda_come_after_the_signature_only(as_doctor: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    url = f"/api/consultations/{consultation_id}/note/addenda"

    too_early = as_doctor.post(url, json={"text": "The swab came back negative."})
    sign(as_doctor, consultation_id)
    added = as_doctor.post(url, json={"text": "The swab came back negative."})

    assert (too_early.status_code, too_early.json()["code"]) == (409, "note_not_signed")
    assert added.status_code == 201
    assert [(a["author_name"], a["text"]) for a in added.json()["addenda"]] == [
        ("Dr Mara Lindqvist", "The swab came back negative.")
    ]


def test_an_admin_adds_no_addendum(as_doctor: TestClient, as_admin: TestClient, a_drafted: MakeDrafted) -> None:
    consultation_id = a_drafted()
    sign(as_doctor, consultation_id)

    response = as_admin.post(f"/api/consultations/{consultation_id}/note/addenda", json={"text": "Seen."})

    assert response.status_code == 403


COLUMNS = "clinic_id, note_id, source, transcript_version, drafter, content, content_hash"
FORBIDDEN = (
    "UPDATE note_versions SET drafter = 'x'",
    "DELETE FROM note_versions",
    "TRUNCATE note_versions",
    "UPDATE signatures SET signer_name = 'x'",
    "DELETE FROM signatures",
    "UPDATE notes SET state = 'draft'",
    "UPDATE notes SET current_version = 1",
    "DELETE FROM notes",
    "UPDATE consultations SET status = 'ready'",
    f"INSERT INTO note_versions ({COLUMNS}, id, version) SELECT {COLUMNS}, gen_random_uuid(), 2 FROM note_versions",
)


@pytest.fixture
def signed_clinic(live_desk: Desk) -> UUID:
    """A clinic with one signed note, committed for real."""
    desk = live_desk
    consultation = a_draft(desk)
    with desk.session() as session:
        signing.sign(
            session,
            consultation=session.get_one(type(consultation), consultation.id),
            note=queries.get_note(session, consultation.id),
            doctor=desk.doctor,
            version=1,
            open_items=[],
            acknowledged=False,
            clock=FrozenClock(consultation.started_at),
        )
    return desk.clinic.id


@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_database_refuses_every_change_of_a_signed_note(
    signed_clinic: UUID, database_url: str, owner_url: str, role: str
) -> None:
    engine = create_engine(database_url if role == "app" else owner_url)
    answers = set()
    for statement in FORBIDDEN:
        with engine.connect() as connection:
            connection.execute(text("SELECT set_config('app.clinic_id', :id, false)"), {"id": str(signed_clinic)})
            with pytest.raises(DBAPIError) as refused:
                connection.execute(text(statement))
            answers.add(refused.value.orig.pgcode)
    engine.dispose()

    # restrict_violation by a trigger, insufficient_privilege by a grant
    assert answers <= {"23001", "42501"}
