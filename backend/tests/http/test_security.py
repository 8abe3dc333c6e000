"""What answers tell browsers, and which requests of browsers are refused."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scribe.accounts.dependencies import COOKIE
from tests.fixtures.app import ORIGIN


def _bare(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ORIGIN)


def test_every_answer_of_the_api_carries_the_headers(client: TestClient) -> None:
    headers = client.get("/api/session").headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert "microphone=(self)" in headers["permissions-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": ORIGIN}, True),
        ({}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": ORIGIN}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ORIGIN + ".evil.example"}, False),
        ({"Origin": ORIGIN.replace("https", "http")}, False),
        ({"Cookie": f"{COOKIE}=x"}, False),
        ({"Authorization": "Bearer x", "Origin": "https://evil.example"}, False),
        ({"Authorization": "Bearer x"}, True),
    ],
)
def test_only_the_own_page_may_change_anything(app: FastAPI, headers: dict[str, str], *, passes: bool) -> None:
    response = _bare(app).post("/api/session/lock", headers=headers)

    assert (response.status_code, response.json()["code"]) == (
        (401, "not_signed_in") if passes else (403, "foreign_origin")
    )


def test_looking_needs_no_origin(app: FastAPI) -> None:
    assert _bare(app).get("/api/session", headers={"Origin": "https://evil.example"}).status_code == 401


def test_a_body_over_the_limit_is_refused_by_its_length(client: TestClient) -> None:
    response = client.post("/api/session", content=b"x" * (1024**2 + 1))

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_that_does_not_say_its_length_is_refused_once_it_is_too_large(client: TestClient) -> None:
    response = client.post("/api/session", content=(b"x" * 65536 for _ in range(17)))

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    assert client.post("/api/session", headers={"Content-Length": "-1"}).status_code == 413
