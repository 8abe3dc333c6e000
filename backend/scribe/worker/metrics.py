"""What the worker tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from scribe.consultations.models import Stage

_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)

transcriptions_total = Counter("transcriptions_total", "Transcriptions by how they ended.", ["status"])
transcription_duration_seconds = Histogram(
    "transcription_duration_seconds", "Seconds that a transcription took.", buckets=_SECONDS
)
stage_duration_seconds = Histogram(
    "scribe_stage_duration_seconds", "Seconds that a pipeline stage took.", ["stage", "outcome"], buckets=_SECONDS
)
lost_jobs_total = Counter("scribe_lost_jobs_total", "Jobs whose worker was gone, by what became of them.", ["outcome"])
recordings = Gauge("scribe_recordings", "Recordings by state.", ["state"])


def count_stage(stage: Stage, outcome: str, seconds: float) -> None:
    """Count one run of a stage."""
    stage_duration_seconds.labels(stage, outcome).observe(seconds)
    if stage == Stage.TRANSCRIBE:
        transcriptions_total.labels(outcome).inc()
        if outcome == "completed":
            transcription_duration_seconds.observe(seconds)


def serve(host: str, port: int) -> None:
    """Serve /metrics from a thread of its own."""
    start_http_server(port, host)
