"""Run one stage: claim it, let its runner work, and settle what it ends with."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations import pipeline
from scribe.consultations.models import Stage
from scribe.consultations.pipeline import Claim, StageFailed, StageRunner, Superseded, Taken
from scribe.core.clock import SystemClock
from scribe.core.request_context import NOBODY, on_behalf_of
from scribe.core.settings import JobSettings
from scribe.worker import metrics
from scribe.worker.sessions import worker_session
from scribe.worker.work import Stopping, Work

_LONGEST_DELAY_SECONDS = 600.0

_log = structlog.get_logger(__name__)


def unexpected() -> StageFailed:
    """What the doctor is told of an error that nobody foresaw."""
    return StageFailed(
        "internal_error",
        "Something went wrong on our side. The recording is safe. Press Retry; if it fails again, tell your admin.",
        retryable=True,
    )


class StageRuns:
    """The worker's task: `run(clinic_id, consultation_id, stage, request_id)`; with a number, for what it parked."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        runners: Mapping[Stage, StageRunner],
        settings: JobSettings,
        stopping: threading.Event,
    ) -> None:
        self._sessions, self._runners, self._settings, self._stopping = sessions, runners, settings, stopping

    def run(
        self,
        clinic_id: str,
        consultation_id: str,
        stage: str,
        attempt_no: str | None = None,
        request_id: str = NOBODY,
    ) -> None:
        """Run the stage if it is still to be run, on behalf of the request that asked for it.

        Raises only when its outcome could not be written down.
        """
        with on_behalf_of(request_id):
            self._run(clinic_id, consultation_id, stage, None if attempt_no is None else int(attempt_no))

    def _run(self, clinic_id: str, consultation_id: str, stage: str, parked_by: int | None) -> None:
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            taken = pipeline.claim(session, UUID(clinic_id), UUID(consultation_id), Stage(stage), parked_by)
        if taken is None:
            _log.info("stage_not_due", consultation_id=consultation_id, stage=stage)
            return
        began = time.monotonic()
        outcome = self._attempt(taken)
        seconds = time.monotonic() - began
        in_all = (SystemClock().now() - taken.began_at).total_seconds()
        metrics.count_stage(taken.claim.stage, outcome, seconds, in_all)
        _log.info(
            "stage_ended",
            consultation_id=consultation_id,
            stage=stage,
            attempt=taken.claim.attempt_no,
            outcome=outcome,
            seconds=round(seconds, 3),
        )

    def _attempt(self, taken: Taken) -> str:
        claim = taken.claim
        work = Work(self._sessions, claim, self._stopping)
        try:
            self._runners[claim.stage].run(work)
            if work.ended is None:
                raise RuntimeError("the stage ended without a result")
        except Superseded:
            return "superseded"
        except Stopping:
            return self._settle(claim, pipeline.hand_back, "handed_back")
        except StageFailed as failure:
            return self._failed(taken, failure)
        except Exception as error:  # noqa: BLE001 - the worker's loop outlives every stage
            _log.exception("stage_error", consultation_id=str(claim.consultation_id), stage=str(claim.stage))
            return self._failed(taken, unexpected(), cause=error)
        return work.ended

    def _failed(self, taken: Taken, failure: StageFailed, cause: Exception | None = None) -> str:
        if failure.retryable and taken.tries < self._settings.job_max_attempts:
            seconds = min(self._settings.job_retry_base_seconds * 4 ** (taken.tries - 1), _LONGEST_DELAY_SECONDS)
            delay = timedelta(seconds=seconds)
            return self._settle(taken.claim, lambda s, c: pipeline.try_again(s, c, delay=delay), "retried")
        _log.warning(
            "stage_failed",
            consultation_id=str(taken.claim.consultation_id),
            stage=str(taken.claim.stage),
            code=failure.code,
            cause=type(cause).__name__ if cause else None,
        )
        return self._settle(taken.claim, lambda s, c: pipeline.fail(s, c, failure), "failed")

    def _settle(self, claim: Claim, write: Callable[[Session, Claim], None], outcome: str) -> str:
        with suppress(Superseded):
            with worker_session(self._sessions, claim.clinic_id) as session:
                write(session, claim)
            return outcome
        return "superseded"
