"""The reaper and the sweeps: nothing that was asked for is forgotten, and nothing is tried for ever."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from sqlalchemy import case, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import queries as accounts
from scribe.consultations import pipeline
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline, Stage
from scribe.consultations.pipeline import StageFailed
from scribe.core.ids import new_id
from scribe.core.request_context import NOBODY, on_behalf_of
from scribe.core.settings import JobSettings
from scribe.jobs import queries as jobs
from scribe.recordings.models import Recording, RecordingState
from scribe.worker import metrics
from scribe.worker.sessions import enter_as_worker, worker_session

KEPT_DAYS = 30
_NO_LONG_WAIT = text("SET LOCAL lock_timeout = '2s'")

# What was given up stays in its state, and waits for nothing.
_CANCELLED = str(ConsultationStatus.CANCELLED)
_COUNTED_AS = case((Consultation.status == ConsultationStatus.CANCELLED, _CANCELLED), else_=Recording.state).label("as")
_COUNTED = (
    select(_COUNTED_AS, func.count())
    .join(Consultation, Consultation.id == Recording.consultation_id)
    .group_by(_COUNTED_AS)
)

_log = structlog.get_logger(__name__)


def dead_letter() -> StageFailed:
    """What the doctor is told of a stage that stopped its worker each time."""
    return StageFailed(
        "dead_letter",
        "Processing was interrupted several times and has been stopped. The recording is safe. "
        "Press Retry to try once more, or tell your admin.",
    )


class Reaper:
    """Takes jobs from workers that are gone: asks for them anew, or ends them at the cap."""

    def __init__(self, sessions: sessionmaker[Session], settings: JobSettings) -> None:
        self._sessions, self._settings = sessions, settings

    def reap(self) -> None:
        """One round."""
        silent = self._settings.job_stalled_after_seconds
        with self._sessions.begin() as session:
            found = jobs.lost(session, silent_seconds=silent)
        for job_id in found:
            try:
                reaped = self._reap_one(job_id, silent)
            except SQLAlchemyError as error:
                # A worker paused in its last transaction still holds its rows; the others' jobs must not wait for it.
                _log.warning("lost_job_not_reaped", job_id=job_id, error=type(error).__name__)
                continue
            if reaped:
                outcome, asked_by = reaped
                metrics.lost_jobs_total.labels(outcome).inc()
                _log.warning("lost_job", job_id=job_id, outcome=outcome, request_id=asked_by)
        with self._sessions.begin() as session:
            jobs.strike_off_silent_workers(session, silent_seconds=silent)

    def _reap_one(self, job_id: int, silent: float) -> tuple[str, str] | None:
        """What became of the job, and the request that had asked for it; None where it is not lost any more."""
        with self._sessions.begin() as session:
            session.execute(_NO_LONG_WAIT)
            job = jobs.take_lost(session, job_id, silent_seconds=silent)
            if job is None:
                return None
            jobs.bury(session, job.id)
            asked_by = job.args.get("request_id", NOBODY)
            if job.task != pipeline.TASK:
                return "settled", asked_by
            enter_as_worker(session, UUID(job.args["clinic_id"]))
            with on_behalf_of(asked_by):
                outcome = pipeline.revive(
                    session,
                    UUID(job.args["consultation_id"]),
                    Stage(job.args["stage"]),
                    max_tries=self._settings.job_max_attempts,
                    dead=dead_letter(),
                )
            return outcome, asked_by


class Sweeper:
    """Once a minute: abandoned recordings, consultations without a job, jobs long ended, and the gauges."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        settings: JobSettings,
        seal_abandoned: Callable[[UUID], None],
    ) -> None:
        self._sessions, self._settings = sessions, settings
        self._seal_abandoned = seal_abandoned

    def sweep(self) -> None:
        """One round; one clinic's trouble does not keep the others from theirs."""
        with on_behalf_of(f"sweep-{new_id().hex}"):
            self._sweep()

    def _sweep(self) -> None:
        with self._sessions.begin() as session:
            clinics = list(accounts.clinic_ids(session))
            jobs.forget_ended(session, days=KEPT_DAYS)
        for clinic_id in clinics:
            for step in (self._seal_abandoned, self._find_stranded):
                try:
                    step(clinic_id)
                except Exception:  # noqa: BLE001 - the other clinics must not wait
                    _log.exception("sweep_failed", clinic_id=str(clinic_id))
        self._count_recordings(clinics)

    def _find_stranded(self, clinic_id: UUID) -> None:
        """Ask again for stages that wait for a job that is not there."""
        with worker_session(self._sessions, clinic_id) as session:
            rows = session.execute(
                select(Consultation.id, Pipeline.stage)
                .join(Pipeline, Pipeline.consultation_id == Consultation.id)
                .where(Consultation.status == ConsultationStatus.PROCESSING, Pipeline.state.in_(pipeline.LIVE))
            ).all()
            # After the rows: a job that ends in between leaves a consultation that `revive` finds settled.
            live = jobs.live(session, "consultation_id") if rows else set()
        for consultation_id, stage in rows:
            if str(consultation_id) not in live:
                outcome = self._revive(clinic_id, consultation_id, Stage(stage))
                _log.warning("stranded_consultation", consultation_id=str(consultation_id), outcome=outcome)

    def _revive(self, clinic_id: UUID, consultation_id: UUID, stage: Stage) -> str:
        with worker_session(self._sessions, clinic_id) as session:
            session.execute(_NO_LONG_WAIT)
            cap = self._settings.job_max_attempts
            return pipeline.revive(session, consultation_id, stage, max_tries=cap, dead=dead_letter())

    def _count_recordings(self, clinics: Iterable[UUID]) -> None:
        totals = dict.fromkeys([*map(str, RecordingState), _CANCELLED], 0)
        for clinic_id in clinics:
            with worker_session(self._sessions, clinic_id) as session:
                counted = session.execute(_COUNTED).all()
            for state, number in counted:
                totals[state] += number
        for state, number in totals.items():
            metrics.recordings.labels(state).set(number)
