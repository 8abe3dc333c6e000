"""Once a night: what the vendor says that it holds, against what we know of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe import jobs
from scribe.accounts import clinic_settings
from scribe.accounts import queries as accounts
from scribe.core.clock import Clock
from scribe.core.ids import new_id
from scribe.core.request_context import on_behalf_of
from scribe.core.settings import Settings
from scribe.transcription import conditions, vendor_jobs
from scribe.transcription import vendor_queries as queries
from scribe.transcription.deletion import Entering
from scribe.transcription.engines.remote import ENDED, GONE, Listed, RemoteEngine, RemoteFailed
from scribe.transcription.timing import Timing
from scribe.transcription.vendor_models import IN_FLIGHT, VendorJob

TASK = "vendor.reconcile"
# At night, on the minute of nobody else.
CRON = "23 2 * * *"
# What ended just now is being deleted in its own way.
_SETTLING = timedelta(hours=1)
_AGAIN, _MOST_TRIES = timedelta(minutes=10), 12

_log = structlog.get_logger(__name__)
_queue = jobs.make_queue()


@dataclass
class Found:
    """What one region's list came to."""

    leftovers: int = 0
    foreign: int = 0


@dataclass(frozen=True)
class Reconciliation:
    """The worker's task: lists 90 days of each region in use, and has deleted what is ours and not in flight.

    What is not ours is counted and told, never touched: another server may share the project. Only where the settings
    say that nobody does, it is deleted too.
    """

    sessions: sessionmaker[Session]
    enter: Entering
    engines: Mapping[str, RemoteEngine]
    settings: Settings
    clock: Clock
    timing: Timing

    def run(self, timestamp: int = 0, tries: str = "0") -> None:  # noqa: ARG002 - the library says which night it is
        """All regions; one that does not answer is asked again some minutes later."""
        with on_behalf_of(f"compare-{new_id().hex}"):
            self._run(int(tries))

    def _run(self, tries: int) -> None:
        with self.sessions.begin() as session:
            clinics = accounts.clinic_ids(session)
        used = self._used(clinics)
        failed = [region for region in self.engines if region in used and not self._reconcile(region, clinics)]
        if failed and tries < _MOST_TRIES:
            with self.sessions.begin() as session:
                _queue.defer(session, TASK, delay=_AGAIN, tries=tries + 1)

    def _used(self, clinics: Sequence[UUID]) -> set[str]:
        """The regions that any clinic sends to, or sent to: a server whose clinics all stay here asks nobody."""
        used = set[str]()
        for clinic_id in clinics:
            with self.enter(clinic_id) as session:
                choices = clinic_settings.of(session, self.settings)
                used |= queries.regions(session)
                if choices.engine == vendor_jobs.VENDOR:
                    used.add(choices.region)
        return used

    def _reconcile(self, region: str, clinics: Sequence[UUID]) -> bool:
        found = Found()
        try:
            for page in self.engines[region].pages():
                self._compare(region, clinics, [each for each in page if each.status not in GONE], found)
        except RemoteFailed as failure:
            _log.warning("reconciliation_failed", region=region, code=failure.code)
            with self.sessions.begin() as session:
                conditions.note(session, region, failure.kind, self.clock.now())
            return False
        with self.sessions.begin() as session:
            conditions.note(session, region, None, self.clock.now())
            conditions.reconciled(session, region, self.clock.now(), found.leftovers, found.foreign)
        log = _log.warning if found.leftovers or found.foreign else _log.info
        log("reconciled", region=region, leftovers=found.leftovers, foreign=found.foreign)
        return True

    def _compare(self, region: str, clinics: Sequence[UUID], held: Sequence[Listed], found: Found) -> None:
        ours = set[str]()
        for clinic_id in clinics if held else ():
            with self.enter(clinic_id) as session:
                ours |= self._take_care(session, region, held, found)
        for each in held:
            if each.transcript_id in ours:
                continue
            if self.settings.vendor.assemblyai_exclusive_project and each.status in ENDED:
                self.engines[region].delete(each.transcript_id)
                _log.warning("foreign_transcript_deleted", region=region)
            found.foreign += 1

    def _take_care(self, session: Session, region: str, held: Sequence[Listed], found: Found) -> set[str]:
        """The ids that are the entered clinic's; those of ended jobs are to be deleted."""
        urls, ids = {each.audio_url for each in held}, {each.transcript_id for each in held}
        known = queries.known(session, region=region, upload_urls=urls, transcript_ids=ids)
        by_id = {job.transcript_id: job for job in known if job.transcript_id}
        by_url = {job.upload_url: job for job in known if job.upload_url}
        ours = set[str]()
        for each in held:
            job = by_id.get(each.transcript_id) or by_url.get(each.audio_url)
            if job is None:
                continue
            ours.add(each.transcript_id)
            if job.transcript_id != each.transcript_id:
                job.may_have_others = True
            if self._is_leftover(job):
                found.leftovers += 1
                job.deleted_at = None
                vendor_jobs.ask_to_delete(session, job)
        return ours

    def _is_leftover(self, job: VendorJob) -> bool:
        if job.state in IN_FLIGHT:
            return False
        kept = timedelta(seconds=self.timing.kept) if job.error_code in vendor_jobs.LATE else _SETTLING
        return self.clock.now() - job.stepped_at > kept
