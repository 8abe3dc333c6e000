import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scribe.core.clock import FrozenClock
from tests.notes.builders import Desk
from tests.notes.patient_documents.papers import Papers


@pytest.fixture
def papers(desk: Desk, app: FastAPI, as_doctor: TestClient, clock: FrozenClock) -> Papers:
    """A doctor at a signed note."""
    papers = Papers(desk, app, as_doctor, clock)
    papers.sign()
    return papers
