"""The settings that the embedded processes run with, as environment variables."""

import json
import os
from pathlib import Path

from scribe.cli.embedded.home import REPOSITORY, Secrets, write_private
from scribe.cli.embedded.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port

# In the home while it runs: the settings, for commands that an operator types beside it.
RUNNING = "running.json"


def backup_environment(home: Path, env: dict[str, str], postgres: EmbeddedPostgres) -> dict[str, str]:
    """What the backups need besides: they alone may read the whole cluster."""
    return {
        "BACKUP_DATABASE_URL": postgres.superuser_url(),
        "BACKUP_STATUS_FILE": str(home / "backup-status" / "status.json"),
    } | env


def note_running(home: Path, env: dict[str, str]) -> None:
    """Keep the settings for commands; only what is Scribe's own, not the whole environment."""
    ours = {name: value for name, value in env.items() if name not in os.environ or name.startswith("BACKUP_")}
    write_private(home / RUNNING, json.dumps(ours, indent=1))


def environment(home: Path, secrets: Secrets, postgres: EmbeddedPostgres, redis_url: str, port: int) -> dict[str, str]:
    """What is set already wins, so that any setting can be tried out with `make demo`."""
    ours = {
        "ENVIRONMENT": "embedded",
        "PUBLIC_URL": f"http://localhost:{port}",
        "FRONTEND_DIST": str(REPOSITORY / "frontend" / "dist"),
        "DATABASE_URL": postgres.url(APP_ROLE, secrets.app_password),
        "DATABASE_OWNER_URL": postgres.url(OWNER_ROLE, secrets.owner_password),
        "REDIS_URL": redis_url,
        "STORAGE_BACKEND": "filesystem",
        "STORAGE_ROOT": str(home / "objects"),
        "ROOT_KEY": secrets.root_key,
        "TOKEN_KEY": secrets.token_key,
        "LOG_FORMAT": "json",
        # Kept over the worker's restarts, so that whoever scrapes it finds it again.
        "WORKER_METRICS_PORT": str(free_port()),
        "PYTHONPATH": str(REPOSITORY / "backend"),
        "PYTHONUNBUFFERED": "1",
        "HF_HUB_OFFLINE": "1",
    }
    return ours | dict(os.environ)
