"""What a vendor holds of an ended job is deleted, and looked at again until it is gone."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from scribe.audit import service as audit
from scribe.core.clock import Clock
from scribe.core.request_context import NOBODY, on_behalf_of
from scribe.core.settings import VendorSettings
from scribe.transcription import conditions, vendor_jobs
from scribe.transcription import vendor_queries as queries
from scribe.transcription.engines.remote import BAD_ANSWER, ENDED, GONE, RemoteEngine, RemoteFailed, RemoteLook
from scribe.transcription.timing import Timing, delay
from scribe.transcription.vendor_models import IN_FLIGHT, VendorJob, VendorJobState

_log = structlog.get_logger(__name__)


class Entering(Protocol):
    """How a transaction inside a clinic is begun."""

    def __call__(self, clinic_id: UUID) -> AbstractContextManager[Session]:
        """Commits on return, rolls back on raise."""
        ...


@dataclass(frozen=True)
class Deletion:
    """The worker's task: `run(clinic_id, vendor_job_id, request_id)`."""

    enter: Entering
    engines: Mapping[str, RemoteEngine]
    prices: VendorSettings
    clock: Clock
    timing: Timing

    def run(self, clinic_id: str, vendor_job_id: str, request_id: str = NOBODY) -> None:
        """Delete and confirm; what is not yet gone is asked for again later."""
        with on_behalf_of(request_id):
            self._run(clinic_id, vendor_job_id)

    def _run(self, clinic_id: str, vendor_job_id: str) -> None:
        clinic, job_id = UUID(clinic_id), UUID(vendor_job_id)
        with self.enter(clinic) as session:
            job = queries.find(session, job_id)
        if job is None or job.state in IN_FLIGHT or job.deleted_at is not None:
            return
        engine = self.engines.get(job.region)
        is_gone, not_before = False, timedelta(0)
        if engine is not None:
            try:
                is_gone = self._delete(engine, job)
            except RemoteFailed as failure:
                self._note(clinic, engine, failure)
                not_before = timedelta(seconds=failure.retry_after or 0)
                _log.warning("vendor_deletion_failed", vendor_job=vendor_job_id, code=failure.code)
            else:
                self._note(clinic, engine, None)
        self._settle(clinic, job_id, is_gone=is_gone, not_before=not_before)

    def _delete(self, engine: RemoteEngine, job: VendorJob) -> bool:
        """Whether nothing is left. A transcript that is still being made is left until it has ended, or long after."""
        known = {job.transcript_id} if job.transcript_id else set()
        if job.may_have_others and job.upload_url:
            # Looked for again at each try: what was created last may be listed last.
            known |= {each.transcript_id for each in engine.find(job.upload_url, since=job.created_at)}
        gone = [self._delete_one(engine, job, transcript_id) for transcript_id in sorted(known)]
        is_settled = not job.may_have_others or job.delete_tries > 0 or bool(job.transcript_id)
        return all(gone) and is_settled

    def _delete_one(self, engine: RemoteEngine, job: VendorJob, transcript_id: str) -> bool:
        if job.state != VendorJobState.IMPORTED or transcript_id != job.transcript_id:
            look = _look(engine, transcript_id)
            if look.status in GONE:
                return True
            is_stuck = self.clock.now() - job.stepped_at > timedelta(seconds=self.timing.unended)
            if look.status not in ENDED and not is_stuck:
                return False
            self._bill(job, look)
        engine.delete(transcript_id)
        return engine.glance(transcript_id) in GONE

    def _bill(self, job: VendorJob, look: RemoteLook) -> None:
        """A transcript that nobody wanted in the end was made all the same."""
        if look.answer is None or look.transcript_id != (job.transcript_id or look.transcript_id):
            return
        with self.enter(job.clinic_id) as session:
            held = queries.locked(session, job.id)
            if held is not None:
                vendor_jobs.bill(session, held, look, self.prices, self.clock.now())

    def _settle(self, clinic: UUID, job_id: UUID, *, is_gone: bool, not_before: timedelta) -> None:
        with self.enter(clinic) as session:
            job = queries.locked(session, job_id)
            if job is None or job.state in IN_FLIGHT or job.deleted_at is not None:
                return
            if not is_gone:
                job.delete_tries += 1
                waited = delay(self.timing.deletion, job.delete_tries - 1)
                vendor_jobs.ask_to_delete(session, job, max(waited, not_before))
                return
            job.deleted_at = self.clock.now()
            audit.record(
                session,
                "recording.deleted_at_vendor",
                entity_type="consultation",
                entity_id=job.consultation_id,
                vendor=job.vendor,
                region=job.region,
                vendor_job=str(job.id),
            )

    def _note(self, clinic: UUID, engine: RemoteEngine, failure: RemoteFailed | None) -> None:
        with self.enter(clinic) as session:
            conditions.note(session, engine.region, failure.kind if failure else None, self.clock.now())


def _look(engine: RemoteEngine, transcript_id: str) -> RemoteLook:
    """How it fares; without its answer where that cannot be read: it is not billed then, and deleted all the same."""
    try:
        return engine.look(transcript_id, language="en")
    except RemoteFailed as failure:
        if failure.code != BAD_ANSWER:
            raise
        return RemoteLook(transcript_id, engine.glance(transcript_id), "")
