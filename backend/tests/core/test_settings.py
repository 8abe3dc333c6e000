"""What an operator may set is named in .env.example, and handed on by compose; what is wrong is said at once."""

import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from scribe.core.settings import Settings, SettingsInvalid, load

ROOT = Path(__file__).parents[3]
# Set by compose or by the image itself.
FIXED = {"ENVIRONMENT", "FRONTEND_DIST", "REDIS_URL", "STORAGE_ROOT", "MODEL_DIR", "LOG_FILE"}
FIXED |= {"WORKER_METRICS_PORT", "WORKER_METRICS_HOST", "BACKUP_SCRATCH", "BACKUP_STATUS_FILE"}
# Given to a restore by hand.
FIXED |= {"RESTORE_SUPERUSER_PASSWORD"}
# The vendor's own hosts: only a server that plays its part for a test is ever set here.
FIXED |= {f"ASSEMBLYAI_{part}_URL{end}" for part in ("BASE", "STREAMING", "GATEWAY") for end in ("", "_EU")}
SECRETS = {"DATABASE_URL", "DATABASE_OWNER_URL", "ROOT_KEY", "TOKEN_KEY", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"}
SECRETS |= {"ASSEMBLYAI_API_KEY", "ASSEMBLYAI_API_KEY_EU", "LLM_API_KEY", "BACKUP_KEY", "BACKUP_RECOVERY_PUBLIC"}
SECRETS |= {"BACKUP_DATABASE_URL", "BACKUP_S3_ACCESS_KEY_ID", "BACKUP_S3_SECRET_ACCESS_KEY"}


def _names() -> set[str]:
    groups = [field.annotation for field in Settings.model_fields.values()]
    assert all(issubclass(group, BaseSettings) for group in groups)
    return {name.upper() for group in groups for name in group.model_fields}


def test_every_setting_of_an_operator_is_in_the_example_and_reaches_the_service() -> None:
    example = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    compose = (ROOT / "docker-compose.prod.yml").read_text()
    passed = {name for name, used in re.findall(r"^    ([A-Z0-9_]+): \$\{([A-Z0-9_]+):", compose, re.MULTILINE)}
    secret = set(re.findall(r"([A-Z0-9_]+)_FILE: /run/secrets/", compose))

    assert _names() - FIXED - SECRETS <= example & passed
    assert secret >= SECRETS


def test_the_example_names_nothing_that_compose_does_not_read() -> None:
    example = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    files = ("docker-compose.prod.yml", "docker-compose.monitoring.yml")
    read = {name for file in files for name in re.findall(r"\$\{([A-Z0-9_]+):", (ROOT / file).read_text())}

    # Compose reads its own.
    assert example == read | {"COMPOSE_PROFILES"}


@pytest.fixture
def usable(monkeypatch: pytest.MonkeyPatch, root_key_base64: str) -> pytest.MonkeyPatch:
    """An environment that Scribe starts in; a test sets what it is about."""
    for name in _names() | {f"{secret}_FILE" for secret in SECRETS}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENVIRONMENT", "embedded")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://app:x@127.0.0.1/scribe")
    monkeypatch.setenv("ROOT_KEY", root_key_base64)
    monkeypatch.setenv("TOKEN_KEY", root_key_base64)
    return monkeypatch


def _problems_of(environment: pytest.MonkeyPatch, **names: str) -> list[str]:
    for name, value in names.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load()
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("names", "engine", "region"),
    [
        ({}, "local", "us"),
        ({"ASSEMBLYAI_API_KEY": "k"}, "assemblyai", "us"),
        ({"ASSEMBLYAI_API_KEY_EU": "k"}, "assemblyai", "eu"),
        ({"ASSEMBLYAI_API_KEY": "k", "TRANSCRIPTION_ENGINE": "local"}, "local", "us"),
        ({"ASSEMBLYAI_API_KEY": "k", "ASSEMBLYAI_API_KEY_EU": "k", "ASSEMBLYAI_REGION": "eu"}, "assemblyai", "eu"),
    ],
)
def test_the_default_engine_is_what_was_set_or_else_what_has_a_key(
    usable: pytest.MonkeyPatch, names: dict[str, str], engine: str, region: str
) -> None:
    for name, value in names.items():
        usable.setenv(name, value)

    settings = load()

    assert (settings.default_engine, settings.vendor.default_region) == (engine, region)


def test_all_problems_are_told_at_once(usable: pytest.MonkeyPatch) -> None:
    told = _problems_of(
        usable,
        TRANSCRIPTION_ENGINE="assemblyai",
        ASSEMBLYAI_BASE_URL="https://api.assemblyai.com.evil.example",
        LLM_BASE_URL="http://models.example.org/v1",
        PUBLIC_URL="http://scribe.example.org",
        ENVIRONMENT="production",
    )

    names = ("PUBLIC_URL", "TRANSCRIPTION_ENGINE", "ASSEMBLYAI_BASE_URL", "LLM_MODEL", "LLM_BASE_URL")
    assert [line.split()[0] for line in told] == list(names)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSEMBLYAI_BASE_URL", "http://api.assemblyai.com"),
        ("ASSEMBLYAI_BASE_URL_EU", "https://api.assemblyai.com"),
        ("ASSEMBLYAI_BASE_URL", "http://127.0.0.1:9@api.example.org"),
        ("ASSEMBLYAI_BASE_URL", "http://127.0.0.1.example.org"),
        # The host that serves from wherever is nearest: not pinned to a region.
        ("ASSEMBLYAI_STREAMING_URL", "wss://streaming.assemblyai.com"),
        ("ASSEMBLYAI_GATEWAY_URL_EU", "https://llm-gateway.assemblyai.com"),
    ],
)
def test_audio_is_sent_to_the_vendors_hosts_in_their_region_or_to_nobody(
    usable: pytest.MonkeyPatch, name: str, value: str
) -> None:
    [told] = _problems_of(usable, **{name: value})

    assert told.startswith(f"{name} must be ")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9123", "http://localhost:1/prefix/", "http://[::1]:80"])
def test_a_server_on_this_machine_may_play_the_vendor(usable: pytest.MonkeyPatch, url: str) -> None:
    usable.setenv("ASSEMBLYAI_BASE_URL", url)

    assert load().vendor.account("us").base_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"ASSEMBLYAI_API_KEY": "k", "ASSEMBLYAI_API_KEY_EU": "k"}, "ASSEMBLYAI_REGION must say"),
        ({"ASSEMBLYAI_API_KEY": "k", "ASSEMBLYAI_REGION": "eu"}, "ASSEMBLYAI_REGION is eu"),
        ({"DRAFTER": "llm"}, "DRAFTER is llm"),
        ({"LLM_BASE_URL": "assemblyai", "LLM_MODEL": "m"}, "LLM_BASE_URL is assemblyai"),
        ({"LLM_BASE_URL": "https://u:p@h.example/v1", "LLM_MODEL": "m"}, "LLM_BASE_URL must be https://"),
        ({"LLM_AUTH": "s3cret"}, "LLM_AUTH: "),
        ({"ASSEMBLYAI_PRICE_MEDICAL": "-1"}, "ASSEMBLYAI_PRICE_MEDICAL: "),
        ({"LLM_API_KEY_FILE": "/nowhere/llm_api_key"}, "LLM_API_KEY_FILE: "),
        ({"ENVIRONMENT": "production", "PUBLIC_URL": "https://x", "TRANSCRIPTION_ENGINE": "fake"}, "TRANSCRIPTION_"),
    ],
)
def test_what_is_wrong_is_named(usable: pytest.MonkeyPatch, names: dict[str, str], told: str) -> None:
    [line] = _problems_of(usable, **names)

    assert line.startswith(told)
    assert "s3cret" not in line


def test_the_gateway_is_that_of_the_clinics_region_with_its_key(usable: pytest.MonkeyPatch) -> None:
    usable.setenv("ASSEMBLYAI_API_KEY_EU", "key-eu")
    usable.setenv("LLM_BASE_URL", "assemblyai")
    usable.setenv("LLM_MODEL", "m")
    settings = load()

    here = settings.language_model.endpoint(settings.vendor, "eu")

    assert here is not None
    assert (here.base_url, here.auth) == ("https://llm-gateway.eu.assemblyai.com/v1", "raw")
    assert here.key.get_secret_value() == "key-eu"
    assert settings.language_model.endpoint(settings.vendor, "us") is None


def test_a_secret_comes_from_its_file_and_an_empty_one_is_none(usable: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key, empty = tmp_path / "key", tmp_path / "empty"
    key.write_text("from-the-file\n")
    empty.touch()
    usable.setenv("ASSEMBLYAI_API_KEY_EU_FILE", str(key))
    usable.setenv("ASSEMBLYAI_API_KEY_FILE", str(empty))
    for name in ("ASSEMBLYAI_API_KEY", "ASSEMBLYAI_API_KEY_EU"):
        # `load` writes what it reads into the environment: undone with the rest.
        usable.setenv(name, "")
        usable.delenv(name)

    vendor = load().vendor

    assert (vendor.has_key("us"), vendor.has_key("eu")) == (False, True)
    assert "from-the-file" not in repr(vendor)


def test_variables_that_are_named_like_a_group_are_none_of_ours(usable: pytest.MonkeyPatch) -> None:
    usable.setenv("ENGINE", "something")
    usable.setenv("VENDOR", "acme")

    assert load().default_engine == "local"
