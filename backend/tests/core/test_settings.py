"""What an operator may set is named in .env.example, and handed on by compose."""

import re
from pathlib import Path

from pydantic_settings import BaseSettings

from scribe.core.settings import Settings

ROOT = Path(__file__).parents[3]
# Set by compose or by the image itself; the fake engine is for tests.
FIXED = {"ENVIRONMENT", "FRONTEND_DIST", "REDIS_URL", "STORAGE_ROOT", "MODEL_DIR", "TRANSCRIPTION_ENGINE", "LOG_FILE"}
FIXED |= {"WORKER_METRICS_PORT", "WORKER_METRICS_HOST", "BACKUP_STATUS_FILE"}
SECRETS = {"DATABASE_URL", "DATABASE_OWNER_URL", "ROOT_KEY", "TOKEN_KEY", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"}


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

    assert example == read
