"""Worker processes of vendor tests, and what they are told."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from scribe.cli.embedded.processes import die_with_parent
from tests.worker.conftest import QUICK
from tests.worker.controlling import BACKEND

# Nothing of a test waits as long as a clinic would.
SHORT = {
    "looks": [0.5, 1, 2, 4],
    "looks_without_webhook": [0.2, 0.5, 1, 2],
    "uncertain": 0.5,
    "uncertain_for": 6,
    "outage": [0.3, 0.6, 1, 2],
    "refused": 1,
    "anew": 0.3,
    "deletion": [0.3, 0.6, 1, 2],
    "attempts": 6,
}


def worker_env(database_url: str, root_key: str, store: Path, **more: str) -> dict[str, str]:
    return {
        **QUICK,
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "ROOT_KEY": root_key,
        "TOKEN_KEY": root_key,
        "STORAGE_ROOT": str(store),
        "VENDOR_TIMING": json.dumps(SHORT),
        **more,
    }


def start(
    env: dict[str, str], log: Path, module: str = "tests.transcription.vendor.process"
) -> "subprocess.Popen[bytes]":
    """A process that ends with the test, whatever happens."""
    with log.open("ab") as sink:
        return subprocess.Popen(
            [sys.executable, "-m", *module.split()],
            cwd=BACKEND,
            env={**os.environ, **env},
            stdout=sink,
            stderr=sink,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it only calls prctl
        )


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
