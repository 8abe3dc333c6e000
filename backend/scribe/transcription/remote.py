"""The transcribe stage where a vendor does the work: one step after another, and none waits for it.

A step is on record, then taken, then its outcome is on record. While the vendor works the stage is parked, and holds
no thread: its webhook wakes it, or the next look is due.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from scribe.accounts import usage
from scribe.accounts.clinic_settings import ClinicChoices
from scribe.accounts.errors import BudgetReached
from scribe.consultations.models import Consultation
from scribe.consultations.pipeline import StageFailed, StageWork, Waiting
from scribe.core.clock import Clock
from scribe.core.settings import Settings
from scribe.storage.base import StoreUnavailable
from scribe.transcription import conditions, service, vendor_jobs, waits, webhooks
from scribe.transcription import vendor_queries as queries
from scribe.transcription.engines.base import EngineAudio
from scribe.transcription.engines.remote import (
    ENDED,
    GONE,
    FailureKind,
    Remedy,
    RemoteAnswer,
    RemoteEngine,
    RemoteFailed,
    RemoteLook,
    RemoteRequest,
    RemoteStatus,
)
from scribe.transcription.timing import Timing, delay, jittered
from scribe.transcription.vendor_jobs import Wanted
from scribe.transcription.vendor_models import VendorJob, VendorJobState

# How much of the stage's bar is the upload; what the vendor does has no measure.
_UPLOAD_SHARE = 0.3
# The vendor rounds up to seconds, and cuts nothing: what is missing beyond this was not sent.
_TOLERANCE_MS, _TOLERANCE_SHARE = 2_000, 0.01

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Means:
    """What the stage needs beside its work; one for each worker."""

    settings: Settings
    clock: Clock
    timing: Timing


@dataclass(frozen=True)
class Subject:
    """What is transcribed, and how its clinic wants it."""

    wanted: Wanted
    language: str
    audio: EngineAudio
    choices: ClinicChoices
    # What is known to be missing in the audio.
    warnings: Sequence[dict[str, str]]


class Walk:
    """One attempt of the stage: from where the last one came to, as far as it goes without waiting."""

    def __init__(self, work: StageWork, means: Means, engine: RemoteEngine, subject: Subject) -> None:
        self._work, self._means, self._engine, self._subject = work, means, engine, subject
        self._job_id = UUID(int=0)

    def go(self) -> None:
        """Take the steps; ends with the stage completed, parked or failed."""
        with self._work.holding() as session:
            job = vendor_jobs.current(session, self._subject.wanted, self._now())
        self._job_id = job.id
        steps = {
            VendorJobState.STORED: self._upload,
            VendorJobState.UPLOADING: self._upload,
            VendorJobState.UPLOADED: self._submit,
            VendorJobState.SUBMITTING: self._adopt,
            VendorJobState.SUBMITTED: self._look,
        }
        state: VendorJobState | None = VendorJobState(job.state)
        try:
            while state is not None:
                state = steps[state]()
        except RemoteFailed as failure:
            self._settle(failure)
        except BudgetReached as reached:
            self._park(waits.budget(reached.text), jittered(self._means.timing.refused))

    def _upload(self) -> VendorJobState | None:
        with self._work.holding() as session:
            usage.require_budget(session, self._now())
            vendor_jobs.upload(session, self._job(session), self._now())
        try:
            url = self._engine.upload(
                self._subject.audio, lambda fraction: self._work.progress(fraction * _UPLOAD_SHARE)
            )
        except StoreUnavailable as error:
            raise StageFailed(error.code, error.text, retryable=True) from error
        self._note(None, was_paid=True)
        with self._work.holding() as session:
            vendor_jobs.uploaded(self._job(session), url, self._now())
        return VendorJobState.UPLOADED

    def _submit(self) -> VendorJobState | None:
        choices, key_terms = self._subject.choices, self._subject.choices.key_terms
        hook = webhooks.address(self._means.settings, self._subject.wanted, self._job_id)
        with self._work.holding() as session:
            usage.require_budget(session, self._now())
            job = self._job(session)
            url = str(job.upload_url)
            secret = vendor_jobs.submit(job, self._now(), with_key_terms=bool(key_terms), with_webhook=hook is not None)
        request = RemoteRequest(
            self._subject.language, choices.speech_models, key_terms, webhooks.webhook(hook, secret) if hook else None
        )
        try:
            transcript_id = self._engine.submit(url, request)
        except RemoteFailed as failure:
            if failure.kind != FailureKind.UNCERTAIN:
                with self._work.holding() as session:
                    vendor_jobs.not_submitted(self._job(session), self._now())
            raise
        self._note(None, was_paid=True)
        with self._parking(
            waits.AT_WORK[RemoteStatus.PROCESSING], self._until_look(0, with_webhook=hook is not None)
        ) as (
            _,
            job,
        ):
            vendor_jobs.submitted(job, transcript_id, self._now())
            vendor_jobs.waits(job, RemoteStatus.PROCESSING, self._now())
        return None

    def _adopt(self) -> VendorJobState | None:
        """A submission was never answered: find what was made of it, and do not ask again before that is certain."""
        job = self._read()
        found = self._found(job)
        if found:
            with self._work.holding() as session:
                held = self._job(session)
                held.may_have_others = held.may_have_others or len(found) > 1
                vendor_jobs.submitted(held, found[0], self._now())
            return VendorJobState.SUBMITTED
        if self._now() - job.stepped_at < timedelta(seconds=self._means.timing.uncertain_for):
            self._park(waits.UNCERTAIN, jittered(self._means.timing.uncertain))
        else:
            self._anew("submission_lost")
        return None

    def _found(self, job: VendorJob) -> list[str]:
        """Ids of the transcripts of the job's upload, the most useful first."""
        if job.told_transcript_id:
            told = self._engine.look(job.told_transcript_id, language=self._subject.language)
            if told.audio_url == job.upload_url:
                self._note(None)
                return [told.transcript_id]
        found = [each.transcript_id for each in self._engine.find(str(job.upload_url), since=job.stepped_at)]
        self._note(None)
        return found

    def _look(self) -> VendorJobState | None:
        job = self._read()
        look = self._engine.look(str(job.transcript_id), language=self._subject.language)
        self._note(None)
        if look.status in GONE:
            # It says "completed" and has a text, but what it holds is a notice.
            self._anew("vendor_lost_it", gone=True)
        elif look.status not in ENDED:
            self._wait_on(job, look)
        elif look.problem is not None:
            self._fail_by(look)
        elif look.answer is not None:
            self._import(job, look, look.answer)
        return None

    def _wait_on(self, job: VendorJob, look: RemoteLook) -> None:
        timing = self._means.timing
        is_queued = look.status == RemoteStatus.QUEUED
        allowed = max(timing.least_deadline, job.sent_ms / 1000, timing.queued_deadline if is_queued else 0)
        is_new = job.remote_status not in (None, look.status)
        if vendor_jobs.is_looked_at_again(job):
            self._anew("vendor_late")
        elif not is_new and self._now() - job.stepped_at > timedelta(seconds=allowed):
            self._fail(waits.late(), kept=timedelta(seconds=timing.kept))
        else:
            looks = 0 if is_new else job.looks
            waited = self._until_look(looks, with_webhook=job.webhook_hash is not None)
            with self._parking(waits.AT_WORK[look.status], waited) as (_, held):
                vendor_jobs.waits(held, look.status, self._now())

    def _fail_by(self, look: RemoteLook) -> None:
        problem = look.problem
        if problem is None:
            return
        if problem.remedy == Remedy.ANEW:
            self._anew(problem.code)
        elif problem.remedy == Remedy.NO_SPEECH:
            self._fail(service.no_speech())
        else:
            self._fail(StageFailed(problem.code, problem.message))

    def _import(self, job: VendorJob, look: RemoteLook, answer: RemoteAnswer) -> None:
        prices, result = self._means.settings.vendor, answer.result
        missing = job.sent_ms - answer.heard_ms
        if missing > max(_TOLERANCE_MS, job.sent_ms * _TOLERANCE_SHARE):
            with self._work.reading() as session:
                is_again = queries.was_shorter(session, job)
            if not is_again and job.attempt < self._means.timing.attempts:
                self._anew("audio_shorter", look)
                return
            result = replace(result, warnings=(*result.warnings, waits.SHORTER))
        if not result.utterances:
            with self._work.failing(service.no_speech()) as session:
                vendor_jobs.imported(session, self._job(session), look, prices, self._now())
            return
        with self._work.completing() as session:
            vendor_jobs.imported(session, self._job(session), look, prices, self._now())
            consultation = session.get_one(Consultation, self._subject.wanted.consultation_id)
            service.save_engine_result(
                session, consultation=consultation, result=result, warnings=self._subject.warnings
            )

    def _settle(self, failure: RemoteFailed) -> None:
        """A call failed: go on later, send anew, or give up, by what it means."""
        timing, kind = self._means.timing, failure.kind
        self._note(failure)
        _log.warning("vendor_call_failed", vendor_job=str(self._job_id), kind=str(kind), code=failure.code)
        job = self._read()
        if kind == FailureKind.UPLOAD_LOST:
            self._anew(failure.code)
        elif kind == FailureKind.REFUSED:
            self._fail(waits.refused(failure.code))
        elif kind in waits.REFUSED:
            self._park(waits.REFUSED[kind], jittered(timing.refused))
        elif job.state == VendorJobState.SUBMITTING and kind == FailureKind.UNCERTAIN:
            self._park(waits.UNCERTAIN, jittered(timing.uncertain), is_failing=True)
        elif self._now() - (job.failing_since or self._now()) > timedelta(seconds=timing.gives_up):
            self._fail(waits.unavailable(), kept=timedelta(seconds=timing.kept))
        else:
            waited = delay(timing.outage, job.looks)
            if failure.retry_after is not None:
                waited = max(waited, jittered(failure.retry_after))
            self._park(waits.of_failure(kind), waited, is_failing=True)

    def _anew(self, code: str, look: RemoteLook | None = None, *, gone: bool = False) -> None:
        """This submission came to nothing: another one, or, after some, a word to the doctor."""
        timing, now = self._means.timing, self._now()
        attempt = self._read().attempt
        if attempt >= timing.attempts:
            self._fail(waits.given_up(code), gone=gone)
            return
        with self._parking(waits.ANEW, jittered(timing.anew)) as (session, job):
            if look is not None:
                vendor_jobs.bill(session, job, look, self._means.settings.vendor, now)
            vendor_jobs.fail(session, job, code, now, gone=gone)
            vendor_jobs.begin(session, self._subject.wanted, now, attempt=attempt + 1)

    def _fail(self, failure: StageFailed, *, kept: timedelta | None = None, gone: bool = False) -> None:
        with self._work.failing(failure) as session:
            vendor_jobs.fail(session, self._job(session), failure.code, self._now(), kept=kept, gone=gone)

    def _park(self, waiting: Waiting, waited: timedelta, *, is_failing: bool = False) -> None:
        with self._parking(waiting, waited) as (_, job):
            vendor_jobs.waits(job, None, self._now(), is_failing=is_failing)

    @contextmanager
    def _parking(self, waiting: Waiting, waited: timedelta) -> Iterator[tuple[Session, VendorJob]]:
        with self._work.parking(waiting, waited) as session:
            yield session, self._job(session)

    def _until_look(self, looks: int, *, with_webhook: bool) -> timedelta:
        timing = self._means.timing
        return delay(timing.looks if with_webhook else timing.looks_without_webhook, looks)

    def _note(self, failure: RemoteFailed | None, *, was_paid: bool = False) -> None:
        with self._work.reading() as session:
            kind = failure.kind if failure else None
            conditions.note(session, self._engine.region, kind, self._now(), was_paid=was_paid)

    def _read(self) -> VendorJob:
        with self._work.reading() as session:
            return self._job(session)

    def _job(self, session: Session) -> VendorJob:
        return session.get_one(VendorJob, self._job_id)

    def _now(self) -> datetime:
        return self._means.clock.now()
