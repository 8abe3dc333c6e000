"""What a hostile sender puts into a request costs little, shows nothing, and breaks nothing."""

import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient

from scribe.core.ids import new_id
from scribe.recordings import playback

NUL = "a\x00b"


def _seal(client: TestClient, body: dict[str, Any]) -> Any:
    return client.post(f"/api/recordings/{new_id()}/seal", json=body)


def test_a_seal_is_not_looked_at_before_its_sender_is_known(client: TestClient) -> None:
    response = _seal(client, {"segments": [{"segment": 0, "chunks": ["nonsense"]}]})

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


def test_a_list_of_many_mistakes_is_refused_at_its_first(as_doctor: TestClient) -> None:
    wrong = {"segment": 0, "chunks": ["nonsense"] * 1000}

    response = _seal(as_doctor, {"segments": [wrong] * 50, "gaps": [{}] * 1000})

    assert response.status_code == 422
    assert len(response.json()["details"]["fields"]) < 10


def test_a_search_for_nul_is_refused_in_words(as_doctor: TestClient) -> None:
    for address in ("/api/patients", "/api/consultations"):
        response = as_doctor.get(address, params={"q": NUL})

        assert (response.status_code, response.json()["code"]) == (422, "unstorable_text")


def test_a_name_with_nul_is_refused_in_words(as_doctor: TestClient) -> None:
    response = as_doctor.post("/api/patients", json={"given_name": NUL, "family_name": "Bell"})

    assert (response.status_code, response.json()["code"]) == (422, "unstorable_text")
    assert as_doctor.get("/api/patients").json()["items"] == []


@pytest.mark.parametrize("asked", ["bytes={}-", "bytes=-{}", "bytes=0-{}"])
def test_a_range_of_thousands_of_digits_is_nonsense(asked: str) -> None:
    assert playback.asked_for(asked.format("9" * 5000), 10) is None


def test_a_token_whose_header_has_no_bottom_is_no_token(client: TestClient) -> None:
    token = base64.urlsafe_b64encode(b"[" * 30_000).decode() + ".e30.e30"

    response = client.get(f"/api/recordings/{new_id()}", headers={"Authorization": f"Bearer {token}"})

    assert (response.status_code, response.json()["code"]) == (401, "upload_token_invalid")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"wall_clock_ms": 10**13},
        {"segments": [{"segment": 0, "chunks": [], "offset_ms": 10**13}]},
        {"gaps": [{"kind": "paused", "start_ms": 0, "end_ms": 10**13}]},
    ],
    ids=["length", "offset", "gap"],
)
def test_a_seal_that_claims_centuries_is_refused_before_it_can_break_the_assembly(
    as_doctor: TestClient, nonsense: dict[str, Any]
) -> None:
    response = _seal(as_doctor, {"segments": [{"segment": 0, "chunks": []}], **nonsense})

    assert response.status_code == 422
    assert [field["problem"] for field in response.json()["details"]["fields"]] == ["less_than_equal"]
