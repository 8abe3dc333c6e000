"""Where a vendor tells that a transcript is done, and how it proves that it is the vendor."""

import hmac
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.consultations import parking
from scribe.consultations.models import Stage
from scribe.core.settings import Region, Settings
from scribe.core.settings.vendors import is_this_machine
from scribe.transcription import vendor_jobs
from scribe.transcription import vendor_queries as queries
from scribe.transcription.engines.remote import Webhook
from scribe.transcription.vendor_jobs import Wanted
from scribe.transcription.vendor_models import IN_FLIGHT, VendorJobState

PATH, HEADER = "/api/hooks/assemblyai", "X-Scribe-Hook"
# Compared with where there is no job, so that both take as long.
_NO_HASH = bytes(32)


def address(settings: Settings, wanted: Wanted, job_id: UUID) -> str | None:
    """The job's webhook; None where the vendor could not reach it, or is not to."""
    public = settings.app.public_url.rstrip("/")
    vendor = settings.vendor.account(_region(wanted)).base_url
    is_open = public.startswith("https://") and not is_this_machine(public)
    if settings.vendor.assemblyai_webhooks == "off" or not (is_open or is_this_machine(vendor)):
        return None
    return f"{public}{PATH}?{urlencode({'clinic': wanted.clinic_id, 'job': job_id})}"


def webhook(url: str, secret: str) -> Webhook:
    """What the vendor is asked to call, and with what."""
    return Webhook(url, HEADER, secret)


def is_genuine(session: Session, job_id: UUID, secret: str) -> bool:
    """Whether the caller knows the secret that the vendor was given for this job of the entered clinic."""
    job = queries.find(session, job_id)
    kept = job.webhook_hash if job is not None and job.webhook_hash is not None else _NO_HASH
    return hmac.compare_digest(kept, vendor_jobs.hash_of(secret))


def told(session: Session, job_id: UUID, transcript_id: str | None) -> None:
    """The vendor says that a transcript of the job is done; what it says is only a reason to look."""
    job = queries.find(session, job_id)
    if job is None:
        return
    if job.state in IN_FLIGHT:
        # The pipeline's locks come before the job's.
        parking.wake(session, job.consultation_id, Stage.TRANSCRIBE)
    held = queries.locked(session, job_id)
    if held is None or transcript_id is None or transcript_id == held.transcript_id:
        return
    if held.state == VendorJobState.SUBMITTING:
        held.told_transcript_id = transcript_id
        return
    held.may_have_others = True
    if held.state not in IN_FLIGHT:
        # It came to light after the job's end: it goes the same way.
        held.deleted_at = None
        vendor_jobs.ask_to_delete(session, held)


def _region(wanted: Wanted) -> Region:
    return "eu" if wanted.region == "eu" else "us"
