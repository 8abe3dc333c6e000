"""Every error has one shape, and none repeats what was sent."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.exc import DataError

from scribe.core.crypto import KeyRing
from scribe.db.session import make_session_factory

SECRET = "Persephone-Quillfeather"


def test_an_error_has_a_code_words_and_the_requests_id(client: TestClient) -> None:
    response = client.get("/api/users", headers={"X-Request-ID": "given-by-the-proxy"})

    assert response.json() == {
        "code": "not_signed_in",
        "message": "Sign in to continue.",
        "request_id": "given-by-the-proxy",
        "details": {},
    }
    assert response.headers["x-request-id"] == "given-by-the-proxy"


@pytest.mark.parametrize("given", ["", "short", "has blanks in it", "x" * 65, "line\tbreak-line", "<script>alert(1)"])
def test_a_request_id_that_is_not_well_formed_is_replaced(client: TestClient, given: str) -> None:
    response = client.get("/api/session", headers={"X-Request-ID": given})

    assert response.json()["request_id"] == response.headers["x-request-id"] != given


@pytest.mark.parametrize(
    ("sent", "field", "problem"),
    [
        ({"email": SECRET, "password": SECRET}, "body.email", "value_error"),
        ({"email": "a@clinic.example", "password": SECRET * 20}, "body.password", "too_long"),
        ({"email": "a@clinic.example"}, "body.password", "missing"),
    ],
)
def test_a_malformed_request_is_told_where_but_not_what(
    client: TestClient, sent: dict[str, str], field: str, problem: str
) -> None:
    response = client.post("/api/session", json=sent)

    assert response.status_code == 422
    assert response.json()["code"] == "invalid"
    assert {"field": field, "problem": problem} in response.json()["details"]["fields"]
    assert SECRET not in response.text


def test_the_name_of_an_unknown_field_is_not_repeated(as_doctor: TestClient) -> None:
    response = as_doctor.put("/api/account/preferences", json={SECRET: 1})

    assert response.json()["details"]["fields"] == [{"field": "body", "problem": "extra_forbidden"}]
    assert SECRET not in response.text


def test_broken_json_and_broken_ids_are_malformed_too(as_doctor: TestClient) -> None:
    broken = as_doctor.post(
        "/api/patients", content=b"{" + SECRET.encode(), headers={"Content-Type": "application/json"}
    )
    no_id = as_doctor.get(f"/api/patients/{SECRET}")

    assert (broken.status_code, no_id.status_code) == (422, 422)
    assert SECRET not in broken.text + no_id.text


def test_an_unknown_address_of_the_api_is_not_found_and_not_the_page(client: TestClient) -> None:
    for method in ("GET", "POST", "DELETE"):
        response = client.request(method, f"/api/{SECRET}")

        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_unforeseen_error_is_plain_words(as_doctor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DataError(SECRET, {"name": SECRET}, Exception(SECRET))

    monkeypatch.setattr("scribe.consultations.queries.page", fail)

    response = as_doctor.get("/api/consultations")

    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert response.json()["message"].startswith("Something went wrong on our side.")
    assert SECRET not in response.text


def test_a_database_that_is_gone_is_said_so(app: FastAPI, as_doctor: TestClient, keyring: KeyRing) -> None:
    nowhere = create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 1})
    app.state.session_factory = make_session_factory(nowhere, keyring)

    response = as_doctor.get("/api/consultations")

    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert response.headers["retry-after"] == "2"
