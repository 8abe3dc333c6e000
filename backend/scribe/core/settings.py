"""Settings: small frozen groups, read once at start. Every name may also be given as NAME_FILE (a secret's file)."""

import base64
import binascii
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class _Group(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)


class AppSettings(_Group):
    """What the service is and where it listens."""

    environment: Literal["embedded", "production"] = "production"
    public_url: str = "http://localhost:8000"
    frontend_dist: Path | None = None
    # Where nginx stands in front, its address; a client's word for its own address is not believed.
    trusted_proxies: str = "127.0.0.1"

    @property
    def allowed_origin(self) -> str:
        """Scheme, host and port that unsafe requests must come from."""
        return self.public_url.rstrip("/")


class DatabaseSettings(_Group):
    """PostgreSQL: the app's own role, and the owner that only migrations use."""

    database_url: SecretStr = SecretStr("")
    database_owner_url: SecretStr = SecretStr("")
    database_pool_size: int = 10
    database_max_overflow: int = 20
    database_statement_timeout_ms: int = 30_000
    # A process that is paused inside a transaction keeps its row locks no longer than this.
    database_idle_transaction_timeout_ms: int = 60_000


class RedisSettings(_Group):
    """Redis holds only what may be lost: limits, live hints.

    Empty means: each process counts requests for itself, and hints go through PostgreSQL.
    """

    redis_url: SecretStr = SecretStr("")


class StorageSettings(_Group):
    """Where audio and documents are kept, always encrypted by Scribe first."""

    storage_backend: Literal["filesystem", "s3"] = "filesystem"
    storage_root: Path = Path("data/objects")
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_endpoint_url: str | None = None
    s3_access_key_id: SecretStr | None = None
    s3_secret_access_key: SecretStr | None = None
    s3_force_path_style: bool = False


class SecuritySettings(_Group):
    """Keys and session rules."""

    # 32 bytes, base64. Wraps every clinic's key; lives outside the database and its backups.
    root_key: SecretStr = SecretStr("")
    # 32 bytes, base64. Signs short-lived capability tokens (HS256).
    token_key: SecretStr = SecretStr("")
    # Where set, /metrics wants it as a bearer token; else it answers to private addresses that no proxy stands before.
    metrics_token: SecretStr = SecretStr("")
    session_idle_seconds: int = 15 * 60
    session_absolute_seconds: int = 12 * 3600
    upload_token_seconds: int = 12 * 3600


class RecordingSettings(_Group):
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


class EngineSettings(_Group):
    """Which transcription engine runs where no clinic says otherwise."""

    transcription_engine: Literal["local", "fake"] = "local"
    # Where `scribe models fetch` puts the weights.
    model_dir: Path = Field(default_factory=model_cache)
    asr_threads: int = Field(default=2, ge=1)
    asr_beam_size: int = Field(default=5, ge=1)


class JobSettings(_Group):
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


class LimitSettings(_Group):
    """Rate limits, as times per seconds."""

    rate_limits_enabled: bool = True
    rate_limit_default: str = "300/60"
    rate_limit_consultations_list: str = "60/60"
    rate_limit_sign_in: str = "10/60"
    rate_limit_chunks: str = "1200/60"


class BackupSettings(_Group):
    """Where the backups write down how they fare (core/backup_status.py)."""

    # Read at each /metrics; none means that nothing is told of backups, which wakes somebody.
    backup_status_file: Path | None = None


class LogSettings(_Group):
    """Logs go to stdout as JSON; also to a rotating file where one is named."""

    log_level: str = "INFO"
    log_file: Path | None = None
    log_format: Literal["json", "console"] = "json"


class Settings(_Group):
    """All groups together. Build it with `load()`."""

    app: AppSettings = Field(default_factory=AppSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    redis: RedisSettings = Field(default_factory=RedisSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    security: SecuritySettings = Field(default_factory=SecuritySettings)
    recording: RecordingSettings = Field(default_factory=RecordingSettings)
    engine: EngineSettings = Field(default_factory=EngineSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    logs: LogSettings = Field(default_factory=LogSettings)

    @model_validator(mode="after")
    def _all_problems_at_once(self) -> "Settings":
        problems = list(_problems(self))
        if problems:
            raise ValueError("\n".join(problems))
        return self


class SettingsInvalid(Exception):
    """The settings cannot be used; the text lists every problem, one a line."""


def load() -> Settings:
    """Read the environment (and NAME_FILE secrets) into settings, or raise `SettingsInvalid`."""
    _read_secret_files()
    try:
        return Settings()
    except ValidationError as error:
        lines = [str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from error


_DEFAULT_SECRETS = {"changeme", "change-me", "secret", "password", "scribe", "postgres"}


def _problems(settings: Settings) -> list[str]:
    found: list[str] = []
    url = settings.database.database_url.get_secret_value()
    if not url:
        found.append("DATABASE_URL is not set.")
    elif not url.startswith("postgresql+psycopg2://"):
        found.append("DATABASE_URL must start with postgresql+psycopg2:// (a bare postgresql:// means another driver).")
    for name in ("root_key", "token_key"):
        value = getattr(settings.security, name).get_secret_value()
        try:
            size = len(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != 32:
            found.append(f"{name.upper()} must be 32 random bytes in base64 (openssl rand -base64 32).")
    if settings.storage.storage_backend == "s3" and not settings.storage.s3_bucket:
        found.append("S3_BUCKET is not set, and STORAGE_BACKEND is s3.")
    if settings.app.environment == "production":
        if any(f":{word}@" in url for word in _DEFAULT_SECRETS):
            found.append("DATABASE_URL holds a default password.")
        if not settings.app.public_url.startswith("https://"):
            found.append("PUBLIC_URL must be https:// in production: browsers give no microphone without it.")
    return found


def _read_secret_files() -> None:
    for name, path in list(os.environ.items()):
        target = name.removesuffix("_FILE")
        if name.endswith("_FILE") and target.lower() in _SECRET_NAMES and target not in os.environ:
            os.environ[target] = Path(path).read_text().strip()


_SECRET_NAMES = {
    "database_url",
    "database_owner_url",
    "redis_url",
    "root_key",
    "token_key",
    "metrics_token",
    "s3_access_key_id",
    "s3_secret_access_key",
}
