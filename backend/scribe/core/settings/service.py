"""What the service is, what it stands on, and its limits."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from scribe.core.settings.group import Group


class AppSettings(Group):
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


class DatabaseSettings(Group):
    """PostgreSQL: the app's own role, and the owner that only migrations use."""

    database_url: SecretStr = SecretStr("")
    database_owner_url: SecretStr = SecretStr("")
    # A streaming replica of it: lists and searches are read there. Empty means that there is none.
    database_replica_url: SecretStr = SecretStr("")
    # A replica that is behind what the primary has committed is waited for so long; then the primary answers.
    database_replica_wait_ms: int = Field(default=50, ge=0, le=5_000)
    database_pool_size: int = 10
    database_max_overflow: int = 20
    database_statement_timeout_ms: int = 30_000
    # A process that is paused inside a transaction keeps its row locks no longer than this.
    database_idle_transaction_timeout_ms: int = 60_000


class RedisSettings(Group):
    """Redis holds only what may be lost: limits, live hints.

    Empty means: each process counts requests for itself, and hints go through PostgreSQL.
    """

    redis_url: SecretStr = SecretStr("")


class StorageSettings(Group):
    """Where audio and documents are kept, always encrypted by Scribe first."""

    storage_backend: Literal["filesystem", "s3"] = "filesystem"
    storage_root: Path = Path("data/objects")
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_endpoint_url: str | None = None
    s3_access_key_id: SecretStr | None = None
    s3_secret_access_key: SecretStr | None = None
    s3_force_path_style: bool = False


class SecuritySettings(Group):
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


class LimitSettings(Group):
    """Rate limits, as times per seconds."""

    rate_limits_enabled: bool = True
    rate_limit_default: str = "300/60"
    rate_limit_consultations_list: str = "60/60"
    rate_limit_sign_in: str = "10/60"
    rate_limit_chunks: str = "1200/60"
    # A vendor's few addresses bring the webhooks of all clinics.
    rate_limit_webhooks: str = "6000/60"


class LogSettings(Group):
    """Logs go to stdout as JSON; also to a rotating file where one is named."""

    log_level: str = "INFO"
    log_file: Path | None = None
    log_format: Literal["json", "console"] = "json"
    # Traces go to this collector, by OTLP over HTTP: http://collector:4318. Empty means that there are none.
    otel_exporter_otlp_endpoint: str = Field(default="", pattern=r"^(https?://[^/?#]+/?)?$")
