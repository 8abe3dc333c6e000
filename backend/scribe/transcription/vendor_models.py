"""What is under way at a transcription vendor, and how the vendor's accounts fare."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from scribe.db.base import Base, Tenant


class VendorJobState(StrEnum):
    """How far one submission has come. Each state is on record before the call that it names is made."""

    # Asked for; nothing has been sent.
    STORED = "stored"
    UPLOADING = "uploading"
    # The vendor has the audio, and nothing has been asked about it.
    UPLOADED = "uploaded"
    # A transcript may have been made, and may be billed.
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    # What it heard is a transcript here, or was silence.
    IMPORTED = "imported"
    # The vendor could not do it, or did not in time.
    FAILED = "failed"
    # It is no longer wanted.
    ABANDONED = "abandoned"


IN_FLIGHT = frozenset(
    {
        VendorJobState.STORED,
        VendorJobState.UPLOADING,
        VendorJobState.UPLOADED,
        VendorJobState.SUBMITTING,
        VendorJobState.SUBMITTED,
    }
)
_ENDS = frozenset({VendorJobState.FAILED, VendorJobState.ABANDONED})
# The only moves there are; the database's trigger holds the same list (migrations, `vendor_job_moves`).
ALLOWED_MOVES: dict[VendorJobState, frozenset[VendorJobState]] = {
    VendorJobState.STORED: frozenset({VendorJobState.UPLOADING}) | _ENDS,
    VendorJobState.UPLOADING: frozenset({VendorJobState.UPLOADED}) | _ENDS,
    VendorJobState.UPLOADED: frozenset({VendorJobState.SUBMITTING}) | _ENDS,
    # Back where the vendor said that it made none.
    VendorJobState.SUBMITTING: frozenset({VendorJobState.SUBMITTED, VendorJobState.UPLOADED}) | _ENDS,
    VendorJobState.SUBMITTED: frozenset({VendorJobState.IMPORTED}) | _ENDS,
    VendorJobState.IMPORTED: frozenset(),
    # A doctor retries what was late: it may be done by now.
    VendorJobState.FAILED: frozenset({VendorJobState.SUBMITTED}),
    VendorJobState.ABANDONED: frozenset(),
}


class VendorJob(Tenant, Base):
    """One submission of a recording to a vendor; its id is what the vendor's webhook brings back."""

    __tablename__ = "vendor_jobs"
    __table_args__ = (
        CheckConstraint(
            "state IN ('stored', 'uploading', 'uploaded', 'submitting', 'submitted', 'imported', 'failed',"
            " 'abandoned')",
            name="state",
        ),
        CheckConstraint("state NOT IN ('uploaded', 'submitting') OR upload_url IS NOT NULL", name="has_upload"),
        CheckConstraint("state NOT IN ('submitted', 'imported') OR transcript_id IS NOT NULL", name="has_transcript"),
        CheckConstraint("deleted_at IS NULL OR state IN ('imported', 'failed', 'abandoned')", name="deleted_at_end"),
        CheckConstraint("attempt >= 1 AND looks >= 0 AND sent_ms >= 0", name="numbers"),
        Index(
            "uq_vendor_jobs_in_flight",
            "consultation_id",
            unique=True,
            postgresql_where=text("state IN ('stored', 'uploading', 'uploaded', 'submitting', 'submitted')"),
        ),
        Index("uq_vendor_jobs_transcript", "vendor", "region", "transcript_id", unique=True),
        Index("ix_vendor_jobs_consultation_id", "consultation_id", "id"),
        Index("ix_vendor_jobs_upload_url", "clinic_id", "upload_url"),
        Index("ix_vendor_jobs_undeleted", "clinic_id", "stepped_at", postgresql_where=text("deleted_at IS NULL")),
    )

    # Not ON DELETE CASCADE: with the row would go what we know of audio that the vendor still holds.
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id", ondelete="RESTRICT"))
    vendor: Mapped[str] = mapped_column(String(16))
    region: Mapped[str] = mapped_column(String(8))
    # Which assembled file was sent: audio that was assembled anew since is another one.
    audio_key: Mapped[str] = mapped_column(String(512))
    sent_ms: Mapped[int]
    # The how-manieth submission of this file since its stage was asked for.
    attempt: Mapped[int]
    state: Mapped[VendorJobState] = mapped_column(String(16))
    # When it came to this state (or, once submitted, to what the vendor says of it), and how many looks ago.
    stepped_at: Mapped[datetime]
    remote_status: Mapped[str | None] = mapped_column(String(16))
    looks: Mapped[int] = mapped_column(server_default=text("0"))
    # The first failure of the outage that lasts: waiting for a budget, a key or a balance is none.
    failing_since: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(64))
    upload_url: Mapped[str | None] = mapped_column(Text)
    transcript_id: Mapped[str | None] = mapped_column(String(64))
    # What a webhook named before our own call had an answer; believed once the vendor confirms it.
    told_transcript_id: Mapped[str | None] = mapped_column(String(64))
    # A call was never answered: the vendor may hold transcripts of this upload that we do not know.
    may_have_others: Mapped[bool] = mapped_column(server_default=text("false"))
    # SHA-256 of the header that the vendor's webhook must bring.
    webhook_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    with_key_terms: Mapped[bool] = mapped_column(server_default=text("false"))
    # What the vendor says of its work: seconds that it heard, model, domain; and the hash of the answer.
    heard_ms: Mapped[int | None]
    model: Mapped[str | None] = mapped_column(String(64))
    domain: Mapped[str | None] = mapped_column(String(32))
    answer_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # Its cost is in the clinic's usage, once.
    billed_at: Mapped[datetime | None]
    # Looked at again after its end, and found to be gone.
    deleted_at: Mapped[datetime | None]
    delete_tries: Mapped[int] = mapped_column(server_default=text("0"))


class ServiceCondition(Base):
    """How a vendor's account in one region fares, as the last calls found it. Of no clinic: it is the server's own."""

    __tablename__ = "service_conditions"

    service: Mapped[str] = mapped_column(String(16), primary_key=True)
    region: Mapped[str] = mapped_column(String(8), primary_key=True)
    # Since when; null while all is well.
    key_refused_since: Mapped[datetime | None]
    balance_negative_since: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    # The last answer, and the last time that anybody asked.
    answered_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    # The last comparison of what the vendor holds with what we know of.
    reconciled_at: Mapped[datetime | None]
    foreign_transcripts: Mapped[int] = mapped_column(server_default=text("0"))
    leftovers: Mapped[int] = mapped_column(server_default=text("0"))
