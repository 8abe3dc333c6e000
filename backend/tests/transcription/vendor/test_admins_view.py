"""What admins are told of their clinic's recordings at the vendor."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, User
from scribe.core.clock import FrozenClock
from scribe.core.ids import new_id
from scribe.core.settings import VendorSettings
from scribe.db.session import clinic_session
from scribe.transcription import conditions, vendor_jobs
from scribe.transcription.engines.remote import FailureKind
from scribe.transcription.vendor_jobs import Wanted
from tests.consultations.builders import Practice


@pytest.fixture
def at_vendor(app: FastAPI) -> None:
    """A server whose clinics transcribe at AssemblyAI."""
    vendor = VendorSettings(assemblyai_api_key="k")
    app.state.settings = app.state.settings.model_copy(update={"vendor": vendor})


def submitted(session: Session, practice: Practice, clock: FrozenClock) -> vendor_jobs.VendorJob:
    consultation = practice.consultation(session)
    wanted = Wanted(practice.id, consultation.id, "us", "a-key", 1_000)
    job = vendor_jobs.begin(session, wanted, clock.now())
    steps = (
        lambda: vendor_jobs.upload(session, job, clock.now()),
        lambda: vendor_jobs.uploaded(job, f"https://cdn/{job.id}", clock.now()),
        lambda: vendor_jobs.submit(job, clock.now(), with_key_terms=False, with_webhook=False),
        lambda: vendor_jobs.submitted(job, str(new_id()), clock.now()),
    )
    for step in steps:
        step()
        session.flush()
    return job


@pytest.fixture
def practice(
    session_factory: sessionmaker[Session], clinic: Clinic, doctor: User, admin: User, keyring: object
) -> Practice:
    return Practice(clinic, doctor, doctor, admin, factory=session_factory, keyring=keyring)


@pytest.mark.usefixtures("at_vendor")
def test_an_admin_sees_what_is_at_the_vendor_and_what_is_still_to_be_deleted(
    as_admin: TestClient, practice: Practice, clock: FrozenClock
) -> None:
    with practice.session() as session:
        submitted(session, practice, clock)
        late = submitted(session, practice, clock)
        vendor_jobs.fail(session, late, "vendor_late", clock.now(), kept=timedelta(days=1))

    body = as_admin.get("/api/clinic/vendor").json()

    assert (body["problem"], body["under_way"], body["undeleted"]) == (None, 1, 1)
    assert body["oldest_undeleted_at"] is not None


@pytest.mark.usefixtures("at_vendor")
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (FailureKind.KEY_REFUSED, "key"),
        (FailureKind.BALANCE, "money"),
        (FailureKind.UNREACHABLE, "not answering"),
    ],
)
def test_an_admin_reads_what_keeps_recordings_waiting(
    as_admin: TestClient, practice: Practice, clock: FrozenClock, failure: FailureKind, words: str
) -> None:
    with practice.session() as session:
        conditions.note(session, "us", failure, clock.now())

    assert words in as_admin.get("/api/clinic/vendor").json()["problem"]


def test_a_clinic_that_stays_here_is_told_of_no_vendors_trouble(
    as_admin: TestClient, session_factory: sessionmaker[Session], clinic: Clinic, clock: FrozenClock
) -> None:
    with clinic_session(session_factory, clinic.id) as session:
        conditions.note(session, "us", FailureKind.UNREACHABLE, clock.now())

    assert as_admin.get("/api/clinic/vendor").json()["problem"] is None
