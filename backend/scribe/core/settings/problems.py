"""What is wrong with settings, in words that say what to set."""

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import urlsplit

from scribe.core.settings.service import AppSettings, DatabaseSettings, SecuritySettings, StorageSettings
from scribe.core.settings.vendors import (
    GATEWAY,
    REGIONS,
    LanguageModelSettings,
    VendorSettings,
    address_of,
    is_this_machine,
)
from scribe.core.settings.work import EngineSettings

_DEFAULT_SECRETS = {"changeme", "change-me", "secret", "password", "scribe", "postgres"}


def of_service(
    app: AppSettings, database: DatabaseSettings, security: SecuritySettings, storage: StorageSettings
) -> Iterator[str]:
    """What keeps the service from starting."""
    yield from _of_database(app, database)
    for name in ("root_key", "token_key"):
        if not _is_key(getattr(security, name).get_secret_value()):
            yield f"{name.upper()} must be 32 random bytes in base64 (openssl rand -base64 32)."
    if storage.storage_backend == "s3" and not storage.s3_bucket:
        yield "S3_BUCKET is not set, and STORAGE_BACKEND is s3."
    if app.environment == "production" and not app.public_url.startswith("https://"):
        yield "PUBLIC_URL must be https:// in production: browsers give no microphone without it."


def of_engines(app: AppSettings, engine: EngineSettings, vendor: VendorSettings) -> Iterator[str]:
    """What would send audio to the wrong place, or to none."""
    keys = [region for region in REGIONS if vendor.has_key(region)]
    if engine.transcription_engine == "assemblyai" and not keys:
        yield "TRANSCRIPTION_ENGINE is assemblyai, and neither ASSEMBLYAI_API_KEY nor ASSEMBLYAI_API_KEY_EU is set."
    if engine.transcription_engine == "fake" and app.environment == "production":
        yield "TRANSCRIPTION_ENGINE=fake invents transcripts: it is for tests only."
    if len(keys) > 1 and vendor.assemblyai_region is None:
        yield "ASSEMBLYAI_REGION must say us or eu: both have a key, and a clinic that chose none goes to one of them."
    if vendor.assemblyai_region and keys and vendor.assemblyai_region not in keys:
        yield f"ASSEMBLYAI_REGION is {vendor.assemblyai_region}, and there is no key for it."
    for name, field in VendorSettings.model_fields.items():
        if "_url" in name and not _is_allowed(getattr(vendor, name), field.default):
            yield f"{name.upper()} must be {field.default}, or a server on this machine."


def of_language_model(vendor: VendorSettings, model: LanguageModelSettings) -> Iterator[str]:
    """What would send transcripts to the wrong place, or to none."""
    if model.drafter == "llm" and not model.is_configured:
        yield "DRAFTER is llm, and LLM_BASE_URL is not set."
    if model.is_configured and not model.llm_model:
        yield "LLM_MODEL is not set, and LLM_BASE_URL is."
    if model.llm_base_url == GATEWAY:
        if not vendor.is_configured:
            yield "LLM_BASE_URL is assemblyai, and neither ASSEMBLYAI_API_KEY nor ASSEMBLYAI_API_KEY_EU is set."
    elif model.is_configured and not _is_safe(model.llm_base_url):
        yield (
            "LLM_BASE_URL must be https://, or the word assemblyai; http:// is for this machine and private "
            "networks: transcripts would be readable on their way."
        )


def _of_database(app: AppSettings, database: DatabaseSettings) -> Iterator[str]:
    if not database.database_url.get_secret_value():
        yield "DATABASE_URL is not set."
    for name in ("database_url", "database_replica_url"):
        url = getattr(database, name).get_secret_value()
        if url and not url.startswith("postgresql+psycopg2://"):
            yield f"{name.upper()} must start with postgresql+psycopg2:// (a bare postgresql:// means another driver)."
        if app.environment == "production" and any(f":{word}@" in url for word in _DEFAULT_SECRETS):
            yield f"{name.upper()} holds a default password."


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _is_allowed(url: str, real: str) -> bool:
    parts, own = urlsplit(url.rstrip("/")), urlsplit(real)
    schemes = {own.scheme, own.scheme.removesuffix("s")}
    return url.rstrip("/") == real or (parts.scheme in schemes and not parts.username and is_this_machine(url))


def _is_safe(url: str) -> bool:
    parts, address = urlsplit(url), address_of(url)
    if not parts.hostname or parts.username:
        return False
    # A name without a dot is a neighbour's: a container of the same compose file.
    is_near = "." not in parts.hostname if address is None else address.is_private
    return parts.scheme == "https" or (parts.scheme == "http" and is_near)
