"""Settings: small frozen groups, read once at start. Every secret may also be given as NAME_FILE (a file's path)."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from scribe.core.settings import problems
from scribe.core.settings.backup import BackupSettings
from scribe.core.settings.group import Group
from scribe.core.settings.service import (
    AppSettings,
    DatabaseSettings,
    LimitSettings,
    LogSettings,
    RedisSettings,
    SecuritySettings,
    StorageSettings,
)
from scribe.core.settings.vendors import (
    LanguageModelEndpoint,
    LanguageModelSettings,
    Region,
    VendorAccount,
    VendorSettings,
)
from scribe.core.settings.work import EngineSettings, JobSettings, LiveSettings, RecordingSettings

__all__ = [
    "AppSettings",
    "BackupSettings",
    "DatabaseSettings",
    "EngineSettings",
    "JobSettings",
    "LanguageModelEndpoint",
    "LanguageModelSettings",
    "LimitSettings",
    "LiveSettings",
    "LogSettings",
    "RecordingSettings",
    "RedisSettings",
    "Region",
    "SecuritySettings",
    "Settings",
    "SettingsInvalid",
    "StorageSettings",
    "VendorAccount",
    "VendorSettings",
    "load",
    "load_backup",
]


class Settings(BaseModel):
    """All groups together. Build it with `load()`."""

    # No group itself: a variable that happens to be called ENGINE or LOGS is none of ours.
    model_config = ConfigDict(frozen=True)

    app: AppSettings = Field(default_factory=AppSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    redis: RedisSettings = Field(default_factory=RedisSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    security: SecuritySettings = Field(default_factory=SecuritySettings)
    recording: RecordingSettings = Field(default_factory=RecordingSettings)
    engine: EngineSettings = Field(default_factory=EngineSettings)
    vendor: VendorSettings = Field(default_factory=VendorSettings)
    language_model: LanguageModelSettings = Field(default_factory=LanguageModelSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)
    live: LiveSettings = Field(default_factory=LiveSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    logs: LogSettings = Field(default_factory=LogSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)

    @property
    def default_engine(self) -> Literal["local", "assemblyai", "fake"]:
        """What transcribes for a clinic that chose nothing: what is set, else AssemblyAI where it has a key."""
        return self.engine.transcription_engine or ("assemblyai" if self.vendor.is_configured else "local")

    @model_validator(mode="after")
    def _all_problems_at_once(self) -> "Settings":
        found = [
            *problems.of_service(self.app, self.database, self.security, self.storage),
            *problems.of_engines(self.app, self.engine, self.vendor),
            *problems.of_language_model(self.vendor, self.language_model),
        ]
        if found:
            raise ValueError("\n".join(found))
        return self


class SettingsInvalid(Exception):
    """The settings cannot be used; the text lists every problem, one a line."""


def load() -> Settings:
    """Read the environment (and NAME_FILE secrets) into settings, or raise `SettingsInvalid`."""
    found, groups = list(_read_secret_files()), dict[str, Group]()
    for name, field in Settings.model_fields.items():
        try:
            groups[name] = field.get_default(call_default_factory=True)
        except ValidationError as error:
            # The name and the rule, not the value: it may be a secret.
            found += [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}." for each in error.errors()]
    if found:
        raise SettingsInvalid("\n".join(found))
    try:
        return Settings.model_validate(groups)
    except ValidationError as error:
        lines = [str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from error


def load_backup() -> BackupSettings:
    """Only what backups need: a bare server that is to be restored has no other settings yet."""
    found = list(_read_secret_files())
    try:
        settings = BackupSettings()
    except ValidationError as error:
        found += [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}." for each in error.errors()]
        raise SettingsInvalid("\n".join(found)) from error
    if found:
        raise SettingsInvalid("\n".join(found))
    return settings


def _read_secret_files() -> Iterator[str]:
    """Put the secrets of files into the environment; gives the problems."""
    for name, path in list(os.environ.items()):
        target = name.removesuffix("_FILE")
        if name.endswith("_FILE") and target.lower() in _SECRET_NAMES and target not in os.environ:
            try:
                os.environ[target] = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                yield f"{name}: the file cannot be read ({type(error).__name__})."


_SECRET_NAMES = {
    "database_url",
    "database_owner_url",
    "database_replica_url",
    "redis_url",
    "root_key",
    "token_key",
    "metrics_token",
    "s3_access_key_id",
    "s3_secret_access_key",
    "assemblyai_api_key",
    "assemblyai_api_key_eu",
    "llm_api_key",
    "backup_key",
    "backup_recovery_public",
    "backup_database_url",
    "backup_s3_access_key_id",
    "backup_s3_secret_access_key",
    "restore_superuser_password",
}
