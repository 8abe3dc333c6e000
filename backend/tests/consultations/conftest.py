import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.crypto import KeyRing
from tests.consultations.builders import AClinic, a_clinic


@pytest.fixture
def clinic(session_factory: sessionmaker[Session], keyring: KeyRing) -> AClinic:
    """A clinic whose rows are rolled back after the test."""
    return a_clinic(session_factory, keyring)
