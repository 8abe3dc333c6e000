import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, User
from scribe.core.crypto import KeyRing
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.tasks import DraftStage
from tests.notes.builders import Desk, MakeDrafted, Work, turns


@pytest.fixture
def desk(session_factory: sessionmaker[Session], keyring: KeyRing, clinic: Clinic, doctor: User) -> Desk:
    """The clinic with its templates."""
    desk = Desk(session_factory, keyring, clinic, doctor)
    desk.seed()
    return desk


@pytest.fixture
def a_drafted(desk: Desk) -> MakeDrafted:
    """Make a consultation whose note is drafted: `a_drafted(template_key="soap", with_patient=False)`."""

    def make(template_key: str = "soap", *, with_patient: bool = True):
        consultation = desk.consultation(template_key, with_patient=with_patient)
        desk.transcribe(consultation.id, turns())
        DraftStage(ExtractiveDrafter()).run(Work(desk, consultation.id))
        return consultation.id

    return make
