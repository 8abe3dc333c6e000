"""What the sweep counts."""

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations.models import ConsultationStatus
from scribe.core.settings import JobSettings
from scribe.recordings.models import RecordingState
from scribe.worker.reaping import Sweeper
from tests.consultations.builders import Practice


def a_recording(practice: Practice, status: ConsultationStatus, state: RecordingState) -> None:
    with practice.session() as session:
        practice.recorded(session, status=status, state=state)


@pytest.mark.parametrize("state", list(RecordingState))
def test_recordings_of_cancelled_consultations_wait_for_nothing_and_are_counted_apart(
    practice: Practice, live_sessions: sessionmaker[Session], state: RecordingState
) -> None:
    a_recording(practice, ConsultationStatus.CANCELLED, state)
    a_recording(practice, ConsultationStatus.RECORDING, RecordingState.OPEN)

    Sweeper(live_sessions, JobSettings(), lambda _clinic_id: None).sweep()

    counted = {
        label: REGISTRY.get_sample_value("scribe_recordings", {"state": label})
        for label in (*RecordingState, "cancelled")
    }
    assert counted == {"open": 1, "sealed": 0, "assembled": 0, "cancelled": 1}
