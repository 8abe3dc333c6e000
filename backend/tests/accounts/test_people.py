"""Admins manage people; changes count from the next request."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, Role, User
from tests.fixtures.app import ClientFor
from tests.fixtures.people import PASSWORD, MakeUser
from tests.fixtures.trail import actions

NEW = {
    "email": "New.Doctor@clinic.example",
    "full_name": "Dr Nia New",
    "role": "doctor",
    "password": "lantern orbit fjord quill",
}


def test_a_new_person_chooses_a_password_of_their_own_before_anything_else(
    as_admin: TestClient, client: TestClient
) -> None:
    made = as_admin.post("/api/users", json=NEW)
    client.post("/api/session", json={"email": NEW["email"], "password": NEW["password"]})

    refused = client.get("/api/consultations")
    change = {"current_password": NEW["password"], "new_password": PASSWORD}
    changed = client.post("/api/account/password", json=change)

    assert (made.status_code, made.json()["must_change_password"]) == (201, True)
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert changed.status_code == 204
    assert client.get("/api/consultations").status_code == 200


def test_an_address_signs_in_to_one_clinic_only(as_admin: TestClient, stranger: User) -> None:
    taken = as_admin.post("/api/users", json=NEW | {"email": stranger.email.upper()})

    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("Nia New at Harbour Street", "password_guessable"),
        ("password password", "password_guessable"),
    ],
)
def test_a_weak_password_is_refused_by_name(as_admin: TestClient, password: str, code: str) -> None:
    refused = as_admin.post("/api/users", json=NEW | {"password": password})

    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_people_are_those_of_the_own_clinic(as_admin: TestClient, admin: User, doctor: User, stranger: User) -> None:
    listed = {person["id"] for person in as_admin.get("/api/users").json()}

    assert listed == {str(admin.id), str(doctor.id)}


def test_who_is_switched_off_is_out_at_the_next_request_and_cannot_return(
    as_admin: TestClient, as_doctor: TestClient, client: TestClient, doctor: User
) -> None:
    as_admin.patch(f"/api/users/{doctor.id}", json={"is_active": False})
    assert as_doctor.get("/api/session").json()["code"] == "not_signed_in"
    assert client.post("/api/session", json={"email": doctor.email, "password": PASSWORD}).status_code == 401

    as_admin.patch(f"/api/users/{doctor.id}", json={"is_active": True})

    # The old session stays ended.
    assert as_doctor.get("/api/session").status_code == 401
    assert client.post("/api/session", json={"email": doctor.email, "password": PASSWORD}).status_code == 200


def test_a_new_role_counts_from_the_next_request(as_admin: TestClient, as_doctor: TestClient, doctor: User) -> None:
    assert as_doctor.get("/api/users").status_code == 403

    as_admin.patch(f"/api/users/{doctor.id}", json={"role": "admin"})

    assert as_doctor.get("/api/users").status_code == 200


@pytest.mark.parametrize("change", [{"role": "doctor"}, {"is_active": False}])
def test_the_last_active_admin_stays(
    as_admin: TestClient, admin: User, a_user: MakeUser, change: dict[str, object]
) -> None:
    a_user(Role.ADMIN, is_active=False)
    refused = as_admin.patch(f"/api/users/{admin.id}", json=change)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")

    a_user(Role.ADMIN)

    assert as_admin.patch(f"/api/users/{admin.id}", json=change).status_code == 200


def test_the_last_admin_may_still_be_renamed(as_admin: TestClient, admin: User) -> None:
    renamed = as_admin.patch(f"/api/users/{admin.id}", json={"full_name": "Ines Duarte-Lee", "role": "admin"})

    assert renamed.json()["full_name"] == "Ines Duarte-Lee"


def test_changes_of_people_are_on_record(
    as_admin: TestClient, doctor: User, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    as_admin.post("/api/users", json=NEW)
    as_admin.patch(f"/api/users/{doctor.id}", json={"role": "admin"})

    assert actions(session_factory, clinic.id) == ["user.create", "user.update"]


def test_a_new_password_ends_all_other_sessions(client_for: ClientFor, doctor: User) -> None:
    here, elsewhere = client_for(doctor), client_for(doctor)
    change = {"current_password": PASSWORD, "new_password": "lantern orbit fjord quill"}

    assert here.post("/api/account/password", json=change).status_code == 204

    assert here.get("/api/session").status_code == 200
    assert elsewhere.get("/api/session").status_code == 401


def test_a_new_password_needs_the_old_one_and_wrong_tries_count(
    client_for: ClientFor, client: TestClient, doctor: User
) -> None:
    here = client_for(doctor)
    change = {"current_password": "wrong", "new_password": "lantern orbit fjord quill"}

    answers = {here.post("/api/account/password", json=change).json()["code"] for _ in range(10)}

    assert answers == {"wrong_password"}
    assert client.post("/api/session", json={"email": doctor.email, "password": PASSWORD}).status_code == 401


def test_preferences_are_kept(as_doctor: TestClient) -> None:
    as_doctor.put("/api/account/preferences", json={"theme": "dark", "text_size": "large"})

    assert as_doctor.get("/api/session").json()["preferences"]["theme"] == "dark"
