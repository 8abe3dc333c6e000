import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, Role, User
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from tests.notes.builders import Desk, MakeDrafted, a_draft


@pytest.fixture
def desk(session_factory: sessionmaker[Session], keyring: KeyRing, clinic: Clinic, doctor: User) -> Desk:
    """The clinic with its templates."""
    desk = Desk(session_factory, keyring, clinic, doctor)
    desk.seed()
    return desk


@pytest.fixture
def live_desk(live_sessions: sessionmaker[Session], keyring: KeyRing) -> Desk:
    """A clinic with its templates that really commits."""
    clinic_id = new_id()
    clinic = Clinic(id=clinic_id, name="A clinic", wrapped_key=keyring.new_clinic_key(clinic_id))
    doctor = User(
        id=new_id(), clinic_id=clinic_id, email="d@x.example", full_name="Dr D", role=Role.DOCTOR, password_hash="-"
    )
    with clinic_session(live_sessions, clinic_id) as session:
        session.add(clinic)
        session.flush()
        session.add(doctor)
    desk = Desk(live_sessions, keyring, clinic, doctor)
    desk.seed()
    return desk


@pytest.fixture
def a_drafted(desk: Desk) -> MakeDrafted:
    """Make a consultation whose note is drafted: `a_drafted(template_key="soap", with_patient=False)`."""

    def make(template_key: str = "soap", *, with_patient: bool = True):
        return a_draft(desk, template_key, with_patient=with_patient).id

    return make
