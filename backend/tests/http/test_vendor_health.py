"""What /health tells of AssemblyAI."""

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.settings import VendorSettings
from scribe.transcription import conditions
from scribe.transcription.engines.remote import FailureKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WELL = {"region": "us", "reachable": True, "key_refused": False, "balance": "ok"}


@pytest.fixture
def with_key(app: FastAPI, client: TestClient) -> TestClient:
    """A server that has a key for the United States."""
    vendor = VendorSettings(assemblyai_api_key="k")
    app.state.settings = app.state.settings.model_copy(update={"vendor": vendor})
    return client


def note(factory: sessionmaker[Session], failure: FailureKind | None, *, was_paid: bool = False) -> None:
    with factory.begin() as session:
        conditions.note(session, "us", failure, NOW, was_paid=was_paid)


def test_without_a_key_it_is_not_configured_and_has_no_details(client: TestClient) -> None:
    body = client.get("/health").json()

    assert (body["dependencies"]["assemblyai"], body["details"]) == ("not_configured", {"assemblyai": []})


def test_a_key_that_nobody_has_used_yet_is_taken_to_be_well(with_key: TestClient) -> None:
    body = with_key.get("/health").json()

    assert (body["status"], body["dependencies"]["assemblyai"]) == ("healthy", "healthy")
    assert body["details"]["assemblyai"] == [WELL]


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (FailureKind.KEY_REFUSED, {"key_refused": True}),
        (FailureKind.BALANCE, {"balance": "negative"}),
        (FailureKind.UNREACHABLE, {"reachable": False}),
    ],
)
def test_what_the_last_call_found_is_told_and_recording_goes_on(
    with_key: TestClient, session_factory: sessionmaker[Session], failure: FailureKind, told: dict[str, object]
) -> None:
    note(session_factory, failure)

    answer = with_key.get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["dependencies"]["assemblyai"] == "degraded"
    assert answer.json()["details"]["assemblyai"] == [WELL | told]


def test_what_is_well_again_is_told(with_key: TestClient, session_factory: sessionmaker[Session]) -> None:
    for failure in (FailureKind.KEY_REFUSED, FailureKind.BALANCE, FailureKind.UNREACHABLE):
        note(session_factory, failure)
    note(session_factory, None, was_paid=True)

    assert with_key.get("/health").json()["details"]["assemblyai"] == [WELL]


def test_a_call_that_costs_nothing_says_nothing_of_the_money(
    with_key: TestClient, session_factory: sessionmaker[Session]
) -> None:
    note(session_factory, FailureKind.BALANCE)
    note(session_factory, None)

    assert with_key.get("/health").json()["details"]["assemblyai"] == [WELL | {"balance": "negative"}]


def test_an_answer_that_refuses_the_key_is_an_answer(
    with_key: TestClient, session_factory: sessionmaker[Session]
) -> None:
    note(session_factory, FailureKind.UNREACHABLE)
    note(session_factory, FailureKind.KEY_REFUSED)

    assert with_key.get("/health").json()["details"]["assemblyai"] == [WELL | {"key_refused": True}]
