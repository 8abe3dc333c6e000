"""The embedded Scribe, lost with its machine, comes back from the repository and the recovery key alone."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from scribe.cli.embedded.sample import Client
from tests.backups.source import BACKEND
from tests.journey.product import start_product
from tests.waiting import wait_until


@pytest.fixture
def machine() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="scribe-machine-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


def ops(*arguments: str, **env: str) -> str:
    """The output of a command that must succeed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BACKUP_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "scribe.cli", "ops", *arguments],
        cwd=BACKEND,
        env=inherited | {"PYTHONPATH": str(BACKEND)} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_lost_machine_comes_back_with_the_recovery_key(machine: Path) -> None:
    ops("backup", "init", str(machine / "keys"))
    repository = {
        "BACKUP_REPOSITORY": str(machine / "repository"),
        "BACKUP_KEY_FILE": str(machine / "keys" / "backup_key"),
        "BACKUP_RECOVERY_PUBLIC_FILE": str(machine / "keys" / "backup_recovery_public"),
        "BACKUP_WAL_SECONDS": "0.2",
    }
    product = start_product(machine / "home", SCRIBE_DEMO_SAMPLE="no", **repository)
    try:
        doctor = product.person("Ellis")
        patient = {"given_name": "Ada", "family_name": "Kept", "birth_date": "1970-01-01", "gender": "female"}
        status = machine / "home" / "backup-status" / "status.json"
        wait_until(lambda: "drill_last_success" in status.read_text(), "the drill", seconds=280, passing=(OSError,))
        Client(product.url, doctor).call("POST", "/api/patients", json=patient)
        written = datetime.now(UTC).isoformat()
        wait_until(lambda: json.loads(status.read_text())["last_success"]["wal"] > written, "the log")
        listed = ops("backup", "list", SCRIBE_HOME=str(machine / "home"), **repository)
        verified = ops(
            "verify",
            "--recovery-key",
            str(machine / "keys" / "recovery_key"),
            SCRIBE_HOME=str(machine / "home"),
            **repository,
        )
        for child in psutil.Process(product.process.pid).children(recursive=True):
            child.kill()
        product.process.kill()
    finally:
        product.stop()

    restored = ops(
        "restore",
        str(machine / "new-home"),
        "--embedded",
        "--recovery-key",
        str(machine / "keys" / "recovery_key"),
        BACKUP_REPOSITORY=repository["BACKUP_REPOSITORY"],
    )
    again = start_product(machine / "new-home", SCRIBE_DEMO_SAMPLE="no")
    try:
        found = Client(again.url, doctor).call("GET", "/api/patients", params={"q": "Kept"})["items"]
    finally:
        again.stop()

    assert {"full", "wal", "audio", "keys"} <= set(json.loads(status.read_text())["last_success"])
    assert "Any moment from" in listed
    assert "All whole." in verified
    assert "Restored to" in restored
    assert [patient["family_name"] for patient in found] == ["Kept"]
