"""Recording, transcribing, and the jobs that do it."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from scribe.core.settings.group import Group


class RecordingSettings(Group):
    """Limits of capture and decoding."""

    chunk_max_bytes: int = 8 * 1024 * 1024
    recording_max_bytes: int = 2 * 1024**3
    recording_max_seconds: int = 6 * 3600
    abandoned_after_seconds: int = 30 * 60
    decode_memory_bytes: int = 1536 * 1024**2
    decode_timeout_seconds: int = 900


def model_cache() -> Path:
    """The user's cache: outside the checkout, and shared by all of them."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scribe" / "models"


class EngineSettings(Group):
    """Which transcription engine runs where no clinic says otherwise."""

    # Not set means: AssemblyAI where it has a key, else this server (`Settings.default_engine`).
    transcription_engine: Literal["local", "assemblyai", "fake"] | None = None
    # Where `scribe models fetch` puts the weights.
    model_dir: Path = Field(default_factory=model_cache)
    asr_threads: int = Field(default=2, ge=1)
    asr_beam_size: int = Field(default=5, ge=1)


class JobSettings(Group):
    """How long a silent worker is believed alive, and how often a job may be tried."""

    job_heartbeat_seconds: float = 10
    job_stalled_after_seconds: float = 30
    job_reaper_interval_seconds: float = 15
    job_max_attempts: int = 4
    # Waited before a stage is tried again; each further wait is four times as long.
    job_retry_base_seconds: float = 5
    # Abandoned recordings and lost jobs are looked for this often.
    job_sweep_interval_seconds: float = 60
    # With each sweep the new links of the audit chain are verified; all of them only so often, and at the start.
    audit_full_walk_seconds: float = 24 * 3600
    # How long a worker that is asked to stop waits for its stages to hand back.
    job_shutdown_seconds: float = 20
    worker_concurrency: int = Field(default=2, ge=1)
    # The worker's own /metrics, on the loopback only unless told otherwise; 0 means none.
    worker_metrics_port: int = 0
    worker_metrics_host: str = "127.0.0.1"
