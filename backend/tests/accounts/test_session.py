"""Sign-in, the idle lock, and the end of a session."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scribe.accounts.dependencies import COOKIE
from scribe.accounts.models import User
from scribe.core.clock import FrozenClock
from tests.fixtures.app import new_client
from tests.fixtures.people import PASSWORD, MakeUser


def _sign_in(client: TestClient, email: str, password: str = PASSWORD):
    return client.post("/api/session", json={"email": email, "password": password})


def test_sign_in_opens_a_session_that_scripts_cannot_read(client: TestClient, doctor: User) -> None:
    response = _sign_in(client, doctor.email)

    assert response.status_code == 200
    assert response.json()["user"]["id"] == str(doctor.id)
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE.lower() + "=" + doctor.clinic_id.hex)
    for attribute in ("httponly", "secure", "samesite=strict", "path=/"):
        assert attribute in cookie
    assert "domain=" not in cookie
    assert client.get("/api/session").json()["locked"] is False


def test_the_address_may_be_typed_in_any_case(client: TestClient, doctor: User) -> None:
    assert _sign_in(client, doctor.email.upper()).status_code == 200


def test_wrong_unknown_switched_off_and_paused_answer_the_same(
    client: TestClient, doctor: User, a_user: MakeUser
) -> None:
    gone = a_user(is_active=False)
    paused = a_user()
    for _ in range(10):
        _sign_in(client, paused.email, "wrong wrong wrong wrong")

    answers = [
        _sign_in(client, doctor.email, "wrong wrong wrong wrong"),
        _sign_in(client, "nobody@clinic.example"),
        _sign_in(client, gone.email),
        _sign_in(client, paused.email),
    ]

    assert {answer.status_code for answer in answers} == {401}
    bodies = [answer.json() | {"request_id": "-"} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "sign_in_refused"


def test_after_ten_failures_sign_in_pauses_and_then_goes_on(
    client: TestClient, doctor: User, clock: FrozenClock
) -> None:
    for _ in range(9):
        _sign_in(client, doctor.email, "wrong wrong wrong wrong")
    assert _sign_in(client, doctor.email).status_code == 200
    for _ in range(10):
        _sign_in(client, doctor.email, "wrong wrong wrong wrong")
    assert _sign_in(client, doctor.email).status_code == 401

    clock.advance(timedelta(seconds=31))

    assert _sign_in(client, doctor.email).status_code == 200


def test_an_idle_session_is_locked_and_not_signed_out(as_doctor: TestClient, clock: FrozenClock) -> None:
    clock.advance(timedelta(minutes=15))

    refused = as_doctor.put("/api/account/preferences", json={})

    assert (refused.status_code, refused.json()["code"]) == (401, "session_locked")
    assert as_doctor.get("/api/session").json()["locked"] is True


def test_activity_keeps_a_session_open_and_reading_the_session_is_none(
    as_doctor: TestClient, clock: FrozenClock
) -> None:
    for _ in range(3):
        clock.advance(timedelta(minutes=14))
        assert as_doctor.put("/api/account/preferences", json={}).status_code == 200
    for _ in range(2):
        clock.advance(timedelta(minutes=8))
        as_doctor.get("/api/session")

    assert as_doctor.get("/api/session").json()["locked"] is True


def test_the_password_lifts_the_lock_and_changes_the_token(as_doctor: TestClient) -> None:
    before = as_doctor.cookies[COOKIE]
    as_doctor.post("/api/session/lock")

    assert as_doctor.post("/api/session/unlock", json={"password": "no"}).json()["code"] == "wrong_password"
    unlocked = as_doctor.post("/api/session/unlock", json={"password": PASSWORD})

    assert (unlocked.status_code, unlocked.json()["locked"]) == (200, False)
    after = unlocked.cookies[COOKIE]
    assert after != before
    as_doctor.cookies.clear()
    as_doctor.cookies.set(COOKIE, before)
    assert as_doctor.get("/api/session").status_code == 401


def test_wrong_tries_to_unlock_count_as_wrong_tries_to_sign_in(
    as_doctor: TestClient, client: TestClient, doctor: User
) -> None:
    for _ in range(10):
        as_doctor.post("/api/session/unlock", json={"password": "no"})

    assert _sign_in(client, doctor.email).status_code == 401


def test_a_session_ends_after_twelve_hours_however_busy(as_doctor: TestClient, clock: FrozenClock) -> None:
    for _ in range(12 * 6):
        clock.advance(timedelta(minutes=10))
        response = as_doctor.put("/api/account/preferences", json={})

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


def test_signing_out_ends_the_session_and_is_no_error_twice(as_doctor: TestClient) -> None:
    cookie = as_doctor.cookies[COOKIE]

    assert [as_doctor.delete("/api/session").status_code for _ in range(2)] == [204, 204]

    as_doctor.cookies.clear()
    as_doctor.cookies.set(COOKIE, cookie)
    assert as_doctor.get("/api/session").json()["code"] == "not_signed_in"


def test_signing_in_again_ends_the_session_that_the_browser_had(app: FastAPI, doctor: User) -> None:
    browser = new_client(app)
    first = _sign_in(browser, doctor.email).cookies[COOKIE]

    _sign_in(browser, doctor.email)

    former = new_client(app)
    former.cookies.set(COOKIE, first)
    assert former.get("/api/session").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", ".", "0" * 32 + ".", "0" * 32 + ".abc", "z" * 32 + ".abc", "0" * 5000])
def test_a_forged_cookie_is_nobody(client: TestClient, cookie: str) -> None:
    client.cookies.set(COOKIE, cookie)

    assert client.get("/api/session").json()["code"] == "not_signed_in"


def test_a_token_of_one_clinic_is_nothing_in_another(as_doctor: TestClient, stranger: User) -> None:
    token = as_doctor.cookies[COOKIE].partition(".")[2]
    as_doctor.cookies.clear()
    as_doctor.cookies.set(COOKIE, f"{stranger.clinic_id.hex}.{token}")

    assert as_doctor.get("/api/session").status_code == 401
