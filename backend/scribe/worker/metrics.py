"""What the worker tells Prometheus."""

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from scribe.consultations.models import Stage

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
audit_links_verified = Gauge("scribe_audit_links_verified", "Links of the audit chain that hold.", ["clinic"])
audit_broken = Gauge("scribe_audit_broken", "1 where a clinic's audit chain is broken, else 0.", ["clinic"])
audit_verified_timestamp = Gauge(
    "scribe_audit_verified_timestamp_seconds", "When the audit chain was last looked at.", ["clinic"]
)


def count_stage(stage: Stage, outcome: str, seconds: float) -> None:
    """Count one run of a stage."""
    stage_duration_seconds.labels(stage, outcome).observe(seconds)
    if stage == Stage.TRANSCRIBE:
        transcriptions_total.labels(outcome).inc()
        if outcome == "completed":
            transcription_duration_seconds.observe(seconds)


def serve(host: str, port: int) -> None:
    """Serve /metrics from a thread of its own. Where the port is taken, say so: work matters more than figures."""
    try:
        start_http_server(port, host)
    except OSError as error:
        _log.warning("metrics_not_served", port=port, error=type(error).__name__)
