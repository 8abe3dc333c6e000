"""The steps of a recording's way through a vendor. Each is on record before the call is made whose end may be unknown.

All are taken behind the pipeline's fence (its locks are held), so that of two attempts only one can step.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from scribe import jobs
from scribe.accounts import costs, usage
from scribe.audit import service as audit
from scribe.core.ids import new_id
from scribe.core.request_context import request_id
from scribe.core.settings import VendorSettings
from scribe.transcription import vendor_queries as queries
from scribe.transcription.engines.remote import RemoteLook
from scribe.transcription.vendor_models import ALLOWED_MOVES, IN_FLIGHT, VendorJob, VendorJobState

VENDOR = "assemblyai"
DELETE_TASK = "vendor.delete"
# What ended for want of time only: the vendor may have it by now.
LATE = frozenset({"vendor_late", "vendor_unavailable"})
# The doctor waits for the note; the vendor may keep the audio for some seconds more.
_AFTER_THE_NOTE = timedelta(seconds=3)

_queue = jobs.make_queue()


@dataclass(frozen=True)
class Wanted:
    """What is to be transcribed, and where."""

    clinic_id: UUID
    consultation_id: UUID
    region: str
    audio_key: str
    sent_ms: int


def current(session: Session, wanted: Wanted, now: datetime) -> VendorJob:
    """The job to go on with: the one in flight, one that was late, or a new one.

    A job of other audio, or in another region, is let go: nothing more is sent there, and what is there is deleted.
    """
    last = queries.newest(session, wanted.consultation_id)
    if last is None or (last.vendor, last.region, last.audio_key) != (VENDOR, wanted.region, wanted.audio_key):
        let_go(session, wanted.consultation_id, now)
        return begin(session, wanted, now)
    if last.state in IN_FLIGHT:
        return last
    if last.error_code in LATE and last.transcript_id and last.deleted_at is None:
        # A doctor asks again, so it is looked at once more; another submission would be billed again.
        _move(last, VendorJobState.SUBMITTED, now)
        return last
    return begin(session, wanted, now)


def begin(session: Session, wanted: Wanted, now: datetime, *, attempt: int = 1) -> VendorJob:
    """A new submission; nothing has been sent yet."""
    job = VendorJob(
        id=new_id(),
        clinic_id=wanted.clinic_id,
        consultation_id=wanted.consultation_id,
        vendor=VENDOR,
        region=wanted.region,
        audio_key=wanted.audio_key,
        sent_ms=wanted.sent_ms,
        attempt=attempt,
        state=VendorJobState.STORED,
        stepped_at=now,
        looks=0,
        delete_tries=0,
        may_have_others=False,
        with_key_terms=False,
    )
    session.add(job)
    session.flush()
    return job


def upload(session: Session, job: VendorJob, now: datetime) -> None:
    """Audio is about to leave this server."""
    if job.state == VendorJobState.UPLOADING:
        # Tried again: what was sent before is on record.
        return
    _move(job, VendorJobState.UPLOADING, now)
    audit.record(
        session,
        "recording.sent_to_vendor",
        entity_type="consultation",
        entity_id=job.consultation_id,
        kind="audio",
        vendor=job.vendor,
        region=job.region,
        vendor_job=str(job.id),
    )


def uploaded(job: VendorJob, upload_url: str, now: datetime) -> None:
    """The vendor has the audio."""
    job.upload_url, job.failing_since = upload_url, None
    _move(job, VendorJobState.UPLOADED, now)


def submit(job: VendorJob, now: datetime, *, with_key_terms: bool, with_webhook: bool) -> str:
    """A transcript is about to be asked for; the secret of its webhook comes back, and only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    job.webhook_hash = hash_of(secret) if with_webhook else None
    job.with_key_terms = with_key_terms
    _move(job, VendorJobState.SUBMITTING, now)
    return secret


def not_submitted(job: VendorJob, now: datetime) -> None:
    """The vendor said that it made no transcript."""
    _move(job, VendorJobState.UPLOADED, now)


def submitted(job: VendorJob, transcript_id: str, now: datetime) -> None:
    """The vendor has made a transcript of this upload."""
    job.transcript_id, job.told_transcript_id, job.failing_since = transcript_id, None, None
    _move(job, VendorJobState.SUBMITTED, now)


def is_looked_at_again(job: VendorJob) -> bool:
    """Whether it was late, and a doctor has asked to look once more."""
    return job.error_code in LATE


def waits(job: VendorJob, status: str | None, now: datetime, *, is_failing: bool = False) -> int:
    """Count a look that found no end; how many there were since the vendor last said something new.

    `is_failing` while the vendor gives no answer; a wait for a person, or for its work, ends such an outage.
    """
    job.failing_since = (job.failing_since or now) if is_failing else None
    if status is not None and status != job.remote_status:
        if job.remote_status is not None:
            job.stepped_at = now
        job.remote_status, job.looks = status, 0
    looks, job.looks = job.looks, job.looks + 1
    return looks


def imported(session: Session, job: VendorJob, look: RemoteLook, prices: VendorSettings, now: datetime) -> None:
    """What the vendor heard is saved in this transaction; what it still holds is to be deleted."""
    bill(session, job, look, prices, now)
    job.error_code = None
    _end(session, job, VendorJobState.IMPORTED, now)


def fail(
    session: Session, job: VendorJob, code: str, now: datetime, *, kept: timedelta | None = None, gone: bool = False
) -> None:
    """The vendor could not do it. `kept` for a while where it may yet; `gone` where it has nothing of it left."""
    job.error_code = code
    _end(session, job, VendorJobState.FAILED, now, delay=kept, gone=gone)


def let_go(session: Session, consultation_id: UUID, now: datetime) -> None:
    """Nobody wants the consultation's job any more, if it has one in flight."""
    job = queries.in_flight(session, consultation_id)
    if job is not None:
        abandon(session, job, now)


def abandon(session: Session, job: VendorJob, now: datetime) -> None:
    """Nobody wants this job any more."""
    _end(session, job, VendorJobState.ABANDONED, now)


def bill(session: Session, job: VendorJob, look: RemoteLook, prices: VendorSettings, now: datetime) -> None:
    """Put what the vendor did into the clinic's usage, once for each job; errors cost nothing."""
    answer = look.answer
    if answer is None or job.billed_at is not None:
        return
    job.heard_ms, job.model, job.domain = answer.heard_ms, answer.result.model, answer.domain
    job.answer_hash, job.billed_at = answer.sha256, now
    seconds = -(-answer.heard_ms // 1000)
    usage.record(
        session,
        vendor=job.vendor,
        kind="transcription",
        quantity=seconds,
        unit="seconds",
        estimated_microcents=costs.transcription(
            prices,
            seconds=seconds,
            model=answer.result.model,
            medical=answer.domain is not None,
            key_terms=job.with_key_terms,
            speaker_labels=True,
        ),
        consultation_id=job.consultation_id,
    )


def ask_to_delete(session: Session, job: VendorJob, delay: timedelta | None = None) -> None:
    """Have what the vendor holds of an ended job deleted, in a job of its own."""
    _queue.defer(
        session,
        DELETE_TASK,
        delay=delay,
        clinic_id=job.clinic_id,
        vendor_job_id=job.id,
        request_id=request_id.get(),
    )


def hash_of(secret: str) -> bytes:
    """What is kept of a webhook's secret."""
    return hashlib.sha256(secret.encode()).digest()


def _end(
    session: Session,
    job: VendorJob,
    state: VendorJobState,
    now: datetime,
    *,
    delay: timedelta | None = None,
    gone: bool = False,
) -> None:
    job.failing_since = None
    is_held = job.transcript_id is not None or job.state == VendorJobState.SUBMITTING
    if job.state == VendorJobState.SUBMITTING:
        # What was made of it, if anything was, has yet to be found.
        job.may_have_others = True
    _move(job, state, now)
    if is_held and not gone:
        ask_to_delete(session, job, delay or _AFTER_THE_NOTE)
    else:
        # An upload that nothing was asked about cannot be deleted by name; the vendor drops it within days.
        job.deleted_at = now


def _move(job: VendorJob, state: VendorJobState, now: datetime) -> None:
    if state not in ALLOWED_MOVES[VendorJobState(job.state)]:
        raise ValueError(f"a vendor job does not go from {job.state} to {state}")
    job.state, job.stepped_at, job.looks, job.remote_status = state, now, 0, None
