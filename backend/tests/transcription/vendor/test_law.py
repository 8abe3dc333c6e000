"""What the database holds vendor jobs to."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.clock import FrozenClock
from scribe.core.crypto import KeyRing
from scribe.transcription import vendor_jobs
from scribe.transcription.vendor_jobs import Wanted
from scribe.transcription.vendor_models import ALLOWED_MOVES, VendorJob, VendorJobState
from tests.consultations.builders import Practice, a_practice

MOVE = text("UPDATE vendor_jobs SET state = :state WHERE id = :id")


@pytest.fixture
def practice(session_factory: sessionmaker[Session], keyring: KeyRing) -> Practice:
    return a_practice(session_factory, keyring)


def test_the_database_allows_the_same_moves_as_the_code(practice: Practice, clock: FrozenClock) -> None:
    for before in VendorJobState:
        for after in VendorJobState:
            if before == after:
                continue
            with practice.session() as session:
                wanted = Wanted(practice.id, practice.consultation(session).id, "us", "a-key", 1_000)
                job = VendorJob(
                    clinic_id=practice.id,
                    consultation_id=wanted.consultation_id,
                    vendor="assemblyai",
                    region="us",
                    audio_key="a-key",
                    sent_ms=1,
                    attempt=1,
                    state=before,
                    stepped_at=clock.now(),
                    upload_url="https://cdn/x",
                    transcript_id=f"{before}>{after}",
                )
                session.add(job)
                session.flush()
                moved = True
                try:
                    with session.begin_nested():
                        session.execute(MOVE, {"state": after, "id": job.id})
                except DBAPIError:
                    moved = False
            assert moved == (after in ALLOWED_MOVES[before]), (before, after)


def test_a_consultation_has_one_job_in_flight(practice: Practice, clock: FrozenClock) -> None:
    with practice.session() as session:
        wanted = Wanted(practice.id, practice.consultation(session).id, "us", "a-key", 1_000)
        vendor_jobs.begin(session, wanted, clock.now())

    with pytest.raises(DBAPIError), practice.session() as session:
        vendor_jobs.begin(session, wanted, clock.now())


def test_what_a_job_is_of_is_never_changed(practice: Practice, clock: FrozenClock) -> None:
    with practice.session() as session:
        wanted = Wanted(practice.id, practice.consultation(session).id, "us", "a-key", 1_000)
        job = vendor_jobs.begin(session, wanted, clock.now())

    for column, value in (("region", "eu"), ("audio_key", "another"), ("vendor", "other")):
        with pytest.raises(DBAPIError), practice.session() as session:
            session.execute(
                text(f"UPDATE vendor_jobs SET {column} = :value WHERE id = :id"), {"value": value, "id": job.id}
            )


def test_a_move_that_is_none_is_refused_by_the_code_too(practice: Practice, clock: FrozenClock) -> None:
    with practice.session() as session:
        wanted = Wanted(practice.id, practice.consultation(session).id, "us", "a-key", 1_000)
        job = vendor_jobs.begin(session, wanted, clock.now())

        with pytest.raises(ValueError, match="does not go from stored to submitted"):
            vendor_jobs.submitted(job, "x", clock.now())
