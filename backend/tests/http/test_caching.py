"""What anyone between a browser and Scribe may keep: files with hashed names, and nothing of a clinic."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scribe.core.ids import new_id
from tests.http.cells import CELLS, address

# A stream does not end.
LOOKS = sorted(route for verb, route in CELLS if verb == "GET" and route.startswith("/api/") and "events" not in route)


@pytest.mark.parametrize("route", LOOKS)
def test_no_answer_to_a_look_may_be_kept_by_anyone(as_admin: TestClient, client: TestClient, route: str) -> None:
    for asker in (as_admin, client):
        kept = asker.get(address(route, new_id())).headers["cache-control"]

        assert "no-store" in kept.split(", ")
        assert "public" not in kept


@pytest.mark.parametrize("path", ["/health", "/health/live", "/metrics"])
def test_how_scribe_does_is_told_to_no_other_page(app: FastAPI, client: TestClient, path: str) -> None:
    assert "access-control-allow-origin" not in client.get(path).headers


def test_no_other_page_may_read_a_clinics_things(as_doctor: TestClient) -> None:
    answer = as_doctor.get("/api/patients", headers={"Origin": "https://cdn.example"})

    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
