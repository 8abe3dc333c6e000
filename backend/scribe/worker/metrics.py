"""What the worker tells Prometheus."""

from contextlib import suppress
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from scribe.consultations.models import Stage
from scribe.core.clock import SystemClock
from scribe.transcription.care import Figures
from scribe.transcription.vendor_models import IN_FLIGHT

_log = structlog.get_logger(__name__)
_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)

transcriptions_total = Counter("transcriptions_total", "Transcriptions by how they ended.", ["status"])
transcription_duration_seconds = Histogram(
    "transcription_duration_seconds", "Seconds that a transcription took.", buckets=_SECONDS
)
stage_duration_seconds = Histogram(
    "scribe_stage_duration_seconds", "Seconds that a pipeline stage took.", ["stage", "outcome"], buckets=_SECONDS
)
lost_jobs_total = Counter("scribe_lost_jobs_total", "Jobs whose worker was gone, by what became of them.", ["outcome"])
recordings = Gauge("scribe_recordings", "Recordings by state; those of cancelled consultations apart.", ["state"])
vendor_jobs = Gauge("scribe_vendor_jobs", "Recordings under way at a vendor, by how far they are.", ["state"])
vendor_undeleted = Gauge("scribe_vendor_undeleted", "Ended jobs of which the vendor may still hold something.")
vendor_oldest_undeleted_seconds = Gauge(
    "scribe_vendor_oldest_undeleted_seconds", "How long ago the oldest of them ended."
)
vendor_leftovers = Gauge(
    "scribe_vendor_leftovers", "Transcripts of ended jobs that the last comparison found at the vendor.", ["region"]
)
vendor_foreign = Gauge(
    "scribe_vendor_foreign",
    "Transcripts at the vendor that are none of this server's, by the last comparison.",
    ["region"],
)
vendor_reconciled = Gauge(
    "scribe_vendor_reconciled_timestamp_seconds", "When the vendor's list was last compared with ours.", ["region"]
)
vendor_condition = Gauge(
    "scribe_vendor_condition", "1 while the vendor's account is in this condition.", ["region", "condition"]
)
clinic_budget_used_ratio = Gauge(
    "scribe_clinic_budget_used_ratio", "How much of its budget for cloud services a clinic used this month.", ["clinic"]
)
budget_notices_total = Counter(
    "scribe_budget_notices_total", "Months that came near a clinic's budget (warned) or reached it.", ["level"]
)
round_timestamp = Gauge(
    "scribe_worker_round_timestamp_seconds",
    "When a round (reap, sweep, live, audit, risks) last went well, or its worker began.",
    ["round"],
)
recordings_at_risk = Gauge(
    "scribe_recordings_at_risk", "Recordings that may need somebody, by what is wrong.", ["risk"]
)
recordings_at_risk_oldest = Gauge(
    "scribe_recordings_at_risk_oldest_seconds", "For how long the oldest of them has been so.", ["risk"]
)
audit_links_verified = Gauge("scribe_audit_links_verified", "Links of the audit chain that hold.", ["clinic"])
audit_broken = Gauge("scribe_audit_broken", "1 where a clinic's audit chain is broken, else 0.", ["clinic"])
audit_verified_timestamp = Gauge(
    "scribe_audit_verified_timestamp_seconds", "When the audit chain was last looked at.", ["clinic"]
)

# Told from the start. A worker that is started after a loss counts it first of all: a figure that is born as 1, again
# and again, would never be seen to rise.
for _outcome in ("requeued", "dead_lettered", "settled"):
    lost_jobs_total.labels(_outcome)
for _stage in Stage:
    stage_duration_seconds.labels(_stage, "failed")


def show_vendor(figures: Figures) -> None:
    """What a round of the sweep found about vendors."""
    now = SystemClock().now()
    for state in sorted(IN_FLIGHT):
        vendor_jobs.labels(state).set(figures.in_flight.get(state, 0))
    vendor_undeleted.set(figures.undeleted)
    oldest = figures.oldest_undeleted
    vendor_oldest_undeleted_seconds.set((now - oldest).total_seconds() if oldest else 0)
    for region, row in figures.conditions.items():
        vendor_leftovers.labels(region).set(row.leftovers)
        vendor_foreign.labels(region).set(row.foreign_transcripts)
        if row.reconciled_at is not None:
            vendor_reconciled.labels(region).set(row.reconciled_at.timestamp())
        for name in ("key_refused", "balance_negative", "unreachable"):
            vendor_condition.labels(region, name).set(getattr(row, f"{name}_since") is not None)


def count_stage(stage: Stage, outcome: str, seconds: float, in_all: float) -> None:
    """Count one run of a stage; `in_all` are the seconds since it first began, before it parked."""
    stage_duration_seconds.labels(stage, outcome).observe(seconds)
    if stage == Stage.TRANSCRIBE and outcome != "parked":
        transcriptions_total.labels(outcome).inc()
        if outcome == "completed":
            transcription_duration_seconds.observe(in_all)


def show_budget(clinic_id: UUID, share: float | None) -> None:
    """Show the share of a clinic's budget that is used; nothing for a clinic without one."""
    if share is not None:
        clinic_budget_used_ratio.labels(clinic_id).set(share)
        return
    with suppress(KeyError):
        clinic_budget_used_ratio.remove(clinic_id)


def serve(host: str, port: int) -> None:
    """Serve /metrics from a thread of its own. Where the port is taken, say so: work matters more than figures."""
    try:
        start_http_server(port, host)
    except OSError as error:
        _log.warning("metrics_not_served", port=port, error=type(error).__name__)
