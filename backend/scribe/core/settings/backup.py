"""Backups: what is copied, where it is kept, how often, and how long."""

import base64
import binascii
import tempfile
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from scribe.core.settings.group import Group
from scribe.core.settings.service import StorageSettings

_KEY_BYTES = 32


class BackupSettings(Group):
    """Where the backups are, and what opens them. Without a repository there are none."""

    # A directory (on another disk, or mounted from another host), or s3://BUCKET or s3://BUCKET/PREFIX.
    backup_repository: str = ""
    # 32 bytes, base64: seals all that is kept. Not the root key, which is in the bundle of keys only.
    backup_key: SecretStr = SecretStr("")
    # The public half of the recovery key. Only its private half, which is not on this server, opens the bundle of keys.
    backup_recovery_public: str = ""
    # A role that may replicate and read everything.
    backup_database_url: SecretStr = SecretStr("")
    backup_s3_region: str = "us-east-1"
    backup_s3_endpoint_url: str | None = None
    backup_s3_access_key_id: SecretStr | None = None
    backup_s3_secret_access_key: SecretStr | None = None
    backup_s3_force_path_style: bool = False
    # Object lock, where the bucket has it: nobody (compliance), or only who may bypass it, deletes before the time.
    backup_s3_lock: Literal["off", "governance", "compliance"] = "off"
    backup_keep_days: int = Field(default=30, ge=1)
    backup_full_hours: float = Field(default=24, gt=0)
    backup_incremental_minutes: float = Field(default=60, gt=0)
    # What was written since is stored this often: what is lost with the server is at most a little more.
    backup_wal_seconds: float = Field(default=2, gt=0)
    backup_objects_seconds: float = Field(default=300, gt=0)
    backup_drill_hours: float = Field(default=24, gt=0)
    # Where a drill restores to, and what it leaves nothing in. It needs the room of the database.
    backup_scratch: Path = Field(default_factory=lambda: Path(tempfile.gettempdir()))
    # Written by the backups, read by the API for /metrics.
    backup_status_file: Path | None = None
    # A restore gives PostgreSQL's superuser this password. Empty: it keeps the one that it had.
    restore_superuser_password: SecretStr = SecretStr("")

    @property
    def key(self) -> bytes:
        """The backup key's bytes; empty where it is no key."""
        try:
            found = base64.b64decode(self.backup_key.get_secret_value(), validate=True)
        except (binascii.Error, ValueError):
            return b""
        return found if len(found) == _KEY_BYTES else b""

    @property
    def bucket_and_prefix(self) -> tuple[str, str] | None:
        """Of an S3 repository; None of a directory."""
        parts = urlsplit(self.backup_repository)
        return (parts.netloc, parts.path.strip("/")) if parts.scheme == "s3" else None

    def storage(self) -> StorageSettings:
        """The store that the repository is in."""
        place = self.bucket_and_prefix
        if place is None:
            return StorageSettings(storage_backend="filesystem", storage_root=Path(self.backup_repository))
        return StorageSettings(
            storage_backend="s3",
            s3_bucket=place[0],
            s3_region=self.backup_s3_region,
            s3_endpoint_url=self.backup_s3_endpoint_url,
            s3_access_key_id=self.backup_s3_access_key_id,
            s3_secret_access_key=self.backup_s3_secret_access_key,
            s3_force_path_style=self.backup_s3_force_path_style,
        )
