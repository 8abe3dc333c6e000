"""Recordings whose browser fell silent, and may come back."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.consultations.models import Consultation, ConsultationStatus
from scribe.core.clock import FrozenClock
from scribe.db.session import clinic_session
from scribe.recordings import sealing
from scribe.recordings.keeping import Vault
from scribe.storage.base import StoreUnavailable
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Browser, RecordingOf, StartBody
from tests.recordings.media import as_live, slices, tone

LIVE = slices(as_live(tone(3)), 4)


class TestAbandoned:
    """Recordings whose browser fell silent."""

    def test_is_left_alone_while_chunks_come(
        self, browser: Browser, vault: Vault, doctor: User, clock: FrozenClock
    ) -> None:
        clock.advance(timedelta(minutes=29))
        browser.send(*LIVE)
        clock.advance(timedelta(minutes=29))

        assert sealing.seal_abandoned(vault, doctor.clinic_id) == []

    def test_is_sealed_up_to_the_first_hole(
        self, browser: Browser, vault: Vault, doctor: User, clock: FrozenClock, recording_of: RecordingOf
    ) -> None:
        browser.send(LIVE[0], LIVE[1])
        browser.put(3, LIVE[3])
        browser.put(1, LIVE[1], segment=1)
        clock.advance(timedelta(minutes=31))

        assert sealing.seal_abandoned(vault, doctor.clinic_id) == [UUID(browser.consultation_id)]

        held = recording_of(browser)
        assert (held.recording.state, held.recording.sealed_by) == ("sealed", "timeout")
        assert held.consultation.status == ConsultationStatus.PROCESSING
        assert [each["chunks"] for each in held.recording.manifest["segments"]] == [browser.sent[0]]
        assert held.recording.manifest["left_out"] == 2
        assert sealing.seal_abandoned(vault, doctor.clinic_id) == []

    def test_with_nothing_in_it_is_cancelled(
        self, browser: Browser, vault: Vault, doctor: User, clock: FrozenClock, recording_of: RecordingOf
    ) -> None:
        clock.advance(timedelta(minutes=31))

        sealing.seal_abandoned(vault, doctor.clinic_id)

        assert recording_of(browser).consultation.status == ConsultationStatus.CANCELLED

    @pytest.mark.parametrize("early", [0, 2])
    def test_is_completed_by_its_browser_when_it_comes_back(
        self, browser: Browser, vault: Vault, doctor: User, clock: FrozenClock, recording_of: RecordingOf, early: int
    ) -> None:
        browser.send(*LIVE[:early])
        clock.advance(timedelta(minutes=31))
        sealing.seal_abandoned(vault, doctor.clinic_id)

        told = browser.put(early, LIVE[early]).json()["consultation_cancelled"]
        browser.send(*LIVE[early:])
        answer = browser.seal()

        held = recording_of(browser)
        assert (told, answer.status_code, answer.json()["sealed_by"]) == (False, 200, "client")
        assert held.consultation.status == ConsultationStatus.PROCESSING
        assert held.recording.manifest["segments"][0]["chunks"] == browser.sent[0]

    def test_is_not_processed_any_more_once_its_doctor_has_cancelled_it(
        self,
        browser: Browser,
        vault: Vault,
        doctor: User,
        clock: FrozenClock,
        session_factory: sessionmaker[Session],
        recording_of: RecordingOf,
    ) -> None:
        browser.send(*LIVE[:2])
        clock.advance(timedelta(minutes=31))
        sealing.seal_abandoned(vault, doctor.clinic_id)
        with clinic_session(session_factory, doctor.clinic_id) as session:
            session.execute(update(Consultation).values(status=ConsultationStatus.FAILED))
        clock.advance(-timedelta(minutes=31))
        assert browser.client.post(f"/api/consultations/{browser.consultation_id}/cancel").status_code == 200

        browser.send(*LIVE[2:])
        answer = browser.seal()

        assert (answer.status_code, answer.json()["code"]) == (409, "consultation_cancelled")
        assert recording_of(browser).consultation.status == ConsultationStatus.CANCELLED

    def test_is_closed_for_good_once_the_note_is_signed(
        self, browser: Browser, vault: Vault, doctor: User, clock: FrozenClock, session_factory: sessionmaker[Session]
    ) -> None:
        browser.send(*LIVE[:2])
        clock.advance(timedelta(minutes=31))
        sealing.seal_abandoned(vault, doctor.clinic_id)
        for status in (ConsultationStatus.READY, ConsultationStatus.SIGNED):
            with clinic_session(session_factory, doctor.clinic_id) as session:
                session.execute(update(Consultation).values(status=status))

        assert browser.put(2, LIVE[2]).json()["code"] == "recording_sealed"
        assert browser.seal().json()["code"] == "recording_sealed"

    def test_leaves_other_clinics_alone(
        self, browser: Browser, vault: Vault, stranger: User, clock: FrozenClock, recording_of: RecordingOf
    ) -> None:
        clock.advance(timedelta(minutes=31))

        assert sealing.seal_abandoned(vault, stranger.clinic_id) == []
        assert recording_of(browser).recording.state == "open"

    def test_waits_while_the_store_is_silent(
        self,
        browser: Browser,
        vault: Vault,
        doctor: User,
        clock: FrozenClock,
        store: MemoryStore,
        monkeypatch: pytest.MonkeyPatch,
        recording_of: RecordingOf,
    ) -> None:
        browser.send(*LIVE)
        clock.advance(timedelta(minutes=31))

        def silent(*_: object) -> bytes:
            raise StoreUnavailable

        monkeypatch.setattr(store, "get", silent)
        with pytest.raises(StoreUnavailable):
            sealing.seal_abandoned(vault, doctor.clinic_id)

        assert recording_of(browser).recording.state == "open"


def test_a_fresh_grant_is_given_after_a_seal_by_the_sweep(
    browser: Browser, vault: Vault, doctor: User, clock: FrozenClock, as_doctor: TestClient, start_body: StartBody
) -> None:
    clock.advance(timedelta(minutes=14))
    clock.advance(timedelta(minutes=31))
    sealing.seal_abandoned(vault, doctor.clinic_id)
    clock.advance(-timedelta(minutes=40))

    assert as_doctor.post(f"/api/recordings/{browser.recording_id}/grant").status_code == 200
