"""Which recordings the worker tells of, and since when, on rows as the product leaves them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.recordings.models import Recording, RecordingChunk, RecordingState
from scribe.transcription.models import Transcript
from scribe.worker.risks import Risk, RiskWatch
from tests.consultations.builders import Practice, a_practice

HOUR = timedelta(hours=1)
Record = Callable[..., Recording]


@pytest.fixture
def look(live_sessions: sessionmaker[Session]) -> Callable[[], dict[str, tuple[float, float]]]:
    """Look once; gives how many recordings are at each risk, and the hours of the oldest."""

    def figures() -> dict[str, tuple[float, float]]:
        RiskWatch(live_sessions).look()
        return {
            risk: (
                told("scribe_recordings_at_risk", risk),
                told("scribe_recordings_at_risk_oldest_seconds", risk) / 3600,
            )
            for risk in Risk
            if told("scribe_recordings_at_risk", risk)
        }

    return figures


def told(name: str, risk: str) -> float:
    value = REGISTRY.get_sample_value(name, {"risk": risk})
    assert value is not None
    return value


def record(
    session: Session, practice: Practice, status: str = "recording", *, hours: float = 0, **given: object
) -> Recording:
    """A recording whose consultation has the status; `hours` ago its last chunk came, or it was closed."""
    then = datetime.now(UTC) - hours * HOUR
    consultation = practice.consultation(session, status=ConsultationStatus(status))
    recording = Recording(
        id=consultation.recording_id,
        clinic_id=practice.id,
        consultation_id=consultation.id,
        **{"source": "capture", "state": "open", "started_at": then, "last_chunk_at": then, "sealed_at": then, **given},
    )
    session.add(recording)
    session.flush()
    return recording


def add_chunks(session: Session, recording: Recording, *numbers: int, segment: int = 0, hours: float = 0) -> None:
    session.add_all(
        RecordingChunk(
            clinic_id=recording.clinic_id,
            recording_id=recording.id,
            segment=segment,
            number=number,
            size_bytes=1,
            sha256=bytes(32),
            object_key="k",
            created_at=datetime.now(UTC) - hours * HOUR,
        )
        for number in numbers
    )
    session.flush()


def fail(session: Session, recording: Recording, code: str, *, hours: float) -> None:
    session.add(
        Pipeline(
            id=new_id(),
            clinic_id=recording.clinic_id,
            consultation_id=recording.consultation_id,
            stage="transcribe",
            state="failed",
            error_code=code,
            updated_at=datetime.now(UTC) - hours * HOUR,
        )
    )
    session.flush()


def test_where_all_goes_well_nothing_is_at_risk(practice: Practice, look: Callable[[], object]) -> None:
    with practice.session() as session:
        add_chunks(session, record(session, practice), 0, 1, 2)
        record(session, practice, "cancelled", hours=9)
        record(session, practice, "ready", hours=9, state=RecordingState.ASSEMBLED)

    assert look() == {}


def test_recordings_under_way_to_which_nothing_comes_are_silent(
    practice: Practice, look: Callable[[], dict[str, tuple[float, float]]]
) -> None:
    with practice.session() as session:
        record(session, practice, hours=0.2)
        record(session, practice, hours=0.4)

    assert look() == {Risk.SILENT: (2, pytest.approx(0.4, abs=0.1))}


def test_a_hole_counts_from_the_chunk_after_it_and_one_recording_once(
    practice: Practice, look: Callable[[], dict[str, tuple[float, float]]]
) -> None:
    with practice.session() as session:
        recording = record(session, practice)
        add_chunks(session, recording, 0, 1, hours=5)
        add_chunks(session, recording, 3, 4, hours=2)
        add_chunks(session, recording, 6, hours=1)
        # Another segment begins anew, and a chunk of it fills nothing here.
        add_chunks(session, recording, 0, 1, 2, segment=1)

    assert look() == {Risk.HOLE: (1, pytest.approx(2, abs=0.1))}


def test_what_is_closed_waits_first_for_its_audio_and_then_for_its_transcript(
    practice: Practice, look: Callable[[], dict[str, tuple[float, float]]]
) -> None:
    with practice.session() as session:
        record(session, practice, "processing", hours=1, state=RecordingState.SEALED)
        record(session, practice, "processing", hours=3, state=RecordingState.ASSEMBLED)
        done = record(session, practice, "processing", hours=7, state=RecordingState.ASSEMBLED)
        session.add(
            Transcript(
                clinic_id=practice.id,
                consultation_id=done.consultation_id,
                version=1,
                source="engine",
                engine="fake",
                model="-",
                language="en",
                speech_ms=1,
                warnings=[],
            )
        )

    assert look() == {
        Risk.NOT_ASSEMBLED: (1, pytest.approx(1, abs=0.1)),
        Risk.NOT_TRANSCRIBED: (1, pytest.approx(3, abs=0.1)),
    }


def test_what_failed_of_late_is_told_unless_nobody_spoke(
    practice: Practice, look: Callable[[], dict[str, tuple[float, float]]]
) -> None:
    with practice.session() as session:
        for code, hours in (("dead_letter", 2), ("no_speech", 3), ("internal_error", 8 * 24)):
            fail(session, record(session, practice, "failed", state=RecordingState.SEALED), code, hours=hours)

    assert look() == {Risk.FAILED: (1, pytest.approx(2, abs=0.1))}


def test_all_clinics_count_and_what_is_over_is_told_as_over(
    practice: Practice,
    live_sessions: sessionmaker[Session],
    keyring: KeyRing,
    look: Callable[[], dict[str, tuple[float, float]]],
) -> None:
    other = a_practice(live_sessions, keyring)
    for clinic, hours in ((practice, 0.1), (other, 0.3)):
        with clinic.session() as session:
            record(session, clinic, hours=hours)
    during = look()
    for clinic in (practice, other):
        with clinic.session() as session:
            session.query(Consultation).update({"status": ConsultationStatus.CANCELLED})

    assert during == {Risk.SILENT: (2, pytest.approx(0.3, abs=0.1))}
    assert look() == {}
