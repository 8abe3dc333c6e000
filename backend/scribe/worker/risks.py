"""The worker's eye on recordings at risk: what arrived, and has not become a transcript as it should."""

from collections import defaultdict
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, sessionmaker

from scribe.accounts import queries as accounts
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline
from scribe.recordings.models import Recording, RecordingChunk, RecordingState
from scribe.transcription.models import Transcript
from scribe.worker import metrics
from scribe.worker.sessions import worker_session

# While someone speaks, a slice comes every few seconds.
_SILENT = timedelta(minutes=1)
# What failed longer ago is known to its doctor, and nobody is told of it for ever.
_TOLD_FOR = timedelta(days=7)


class Risk(StrEnum):
    """What can be wrong with a recording."""

    # Under way, and nothing came for a minute: paused, or its browser cannot send.
    SILENT = "silent"
    # Under way, and a chunk is missing between those that arrived.
    HOLE = "hole"
    # Closed, and not yet made into one audio file.
    NOT_ASSEMBLED = "not_assembled"
    # One audio file, and no transcript.
    NOT_TRANSCRIBED = "not_transcribed"
    # A stage failed for good in the last seven days. No speech is no failure of ours.
    FAILED = "failed"


class RiskWatch:
    """Counts the recordings of each risk over all clinics, and tells the gauges."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def look(self) -> None:
        """One round. A clinic that cannot be looked at ends it: half a count would look like all is well."""
        with self._sessions.begin() as session:
            clinics = list(accounts.clinic_ids(session))
        numbers: dict[Risk, int] = defaultdict(int)
        ages: dict[Risk, float] = defaultdict(float)
        for clinic_id in clinics:
            with worker_session(self._sessions, clinic_id) as session:
                for risk, question in _QUESTIONS.items():
                    number, age = session.execute(question).one()
                    numbers[risk] += number
                    ages[risk] = max(ages[risk], float(age))
        for risk in Risk:
            metrics.recordings_at_risk.labels(risk).set(numbers[risk])
            metrics.recordings_at_risk_oldest.labels(risk).set(ages[risk])


def _asked(since: InstrumentedAttribute[Any], *where: ColumnElement[bool]) -> Select[int, float]:
    """How many recordings, and for how many seconds the oldest has been so, by the database's clock."""
    seconds = func.coalesce(func.extract("epoch", func.now() - func.min(since)), 0)
    return (
        select(func.count(Recording.id.distinct()), seconds)
        .join(Consultation, Consultation.id == Recording.consultation_id)
        .where(*where)
    )


_BEFORE = aliased(RecordingChunk)
_has_no_predecessor = ~exists().where(
    _BEFORE.recording_id == RecordingChunk.recording_id,
    _BEFORE.segment == RecordingChunk.segment,
    _BEFORE.number == RecordingChunk.number - 1,
)
_under_way = (Recording.state == RecordingState.OPEN, Consultation.status == ConsultationStatus.RECORDING)
_in_processing = Consultation.status == ConsultationStatus.PROCESSING

_QUESTIONS: dict[Risk, Select[int, float]] = {
    Risk.SILENT: _asked(Recording.last_chunk_at, *_under_way, Recording.last_chunk_at < func.now() - _SILENT),
    Risk.HOLE: _asked(RecordingChunk.created_at, *_under_way, RecordingChunk.number > 0, _has_no_predecessor).join(
        RecordingChunk, RecordingChunk.recording_id == Recording.id
    ),
    Risk.NOT_ASSEMBLED: _asked(Recording.sealed_at, Recording.state == RecordingState.SEALED, _in_processing),
    Risk.NOT_TRANSCRIBED: _asked(
        Recording.sealed_at,
        Recording.state == RecordingState.ASSEMBLED,
        _in_processing,
        ~exists().where(Transcript.consultation_id == Recording.consultation_id),
    ),
    Risk.FAILED: _asked(
        Pipeline.updated_at,
        Consultation.status == ConsultationStatus.FAILED,
        Pipeline.error_code.is_distinct_from("no_speech"),
        Pipeline.updated_at > func.now() - _TOLD_FOR,
    ).join(Pipeline, Pipeline.consultation_id == Consultation.id),
}
