import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.crypto import KeyRing
from tests.consultations.builders import Practice, a_practice


@pytest.fixture
def practice(session_factory: sessionmaker[Session], keyring: KeyRing) -> Practice:
    """A practice whose rows are rolled back after the test."""
    return a_practice(session_factory, keyring)
