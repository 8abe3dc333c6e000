"""The whole machine is lost, and comes back from the repository: what is gone (RPO), and how long it takes (RTO)."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psutil

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import AUDIO, Client, upload
from tests.journey.product import BACKEND, Product, start_product
from tests.waiting import wait_until

_WRITING_SECONDS = 20.0


def run() -> None:
    """With the backup service as shipped: the log is kept every two seconds."""
    print("\nthe machine is lost and comes back (RPO, RTO)", flush=True)
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as directory:
        place = Path(directory)
        place.chmod(0o755)
        _ops(place, "backup", "init", str(place / "keys"))
        product = start_product(place / "home", SCRIBE_DEMO_SAMPLE="no", **_repository(place))
        doctor = product.person("Ellis")
        try:
            _prepare(place, product, doctor)
            written = _write_until_lost(product, doctor)
        finally:
            product.stop()
        _come_back(place, doctor, written)


def _repository(place: Path) -> dict[str, str]:
    keys = {"BACKUP_KEY_FILE": "backup_key", "BACKUP_RECOVERY_PUBLIC_FILE": "backup_recovery_public"}
    named = {name: str(place / "keys" / file) for name, file in keys.items()}
    return {"BACKUP_REPOSITORY": str(place / "repository"), **named}


def _ops(place: Path, *words: str, **env: str) -> str:
    """A command that must succeed, beside whatever runs on this home."""
    done = subprocess.run(
        [sys.executable, "-m", "scribe.cli", "ops", *words],
        cwd=BACKEND,
        env=os.environ | {"PYTHONPATH": str(BACKEND), "SCRIBE_HOME": str(place / "home")} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def _prepare(place: Path, product: Product, doctor: Person) -> None:
    """A recording in the copies, and a drill: its own time, and of each of its steps."""
    client = Client(product.url, doctor)
    status = place / "home" / "backup-status" / "status.json"
    wait_until(lambda: "drill_last_success" in status.read_text(), "a first drill", seconds=600, passing=(OSError,))
    consultation = upload(
        client, AUDIO.read_bytes(), patient={"given_name": "A", "family_name": "B"}, template_key="soap"
    )
    wait_until(
        lambda: client.call("GET", f"/api/consultations/{consultation}")["status"] in {"ready", "failed"},
        "the note",
        seconds=600,
        every=1,
    )
    _ops(place, "backup", "once", **_repository(place))
    began = time.perf_counter()
    told = _ops(place, "drill", **_repository(place))
    # Lines of log come first, one object each.
    report = json.loads(told[told.index("{\n") :])
    steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in report["seconds"].items())
    print(f"  scribe ops drill: {time.perf_counter() - began:.1f} s ({steps}), passed: {report['passed']}", flush=True)


def _write_until_lost(product: Product, doctor: Person) -> list[tuple[str, float]]:
    """Patients, one after the other, each noted when the service has said that it is kept; then kill -9 of all."""
    client, written = Client(product.url, doctor), list[tuple[str, float]]()

    def kill() -> None:
        main = psutil.Process(product.process.pid)
        for each in (main, *main.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()

    killer = threading.Timer(_WRITING_SECONDS, kill)
    killer.start()
    with contextlib.suppress(httpx.HTTPError):
        for number in range(1_000_000):
            name = f"P{number:06}"
            client.call("POST", "/api/patients", json={"given_name": "Late", "family_name": name})
            written.append((name, time.perf_counter()))
            # Within what one doctor may ask in a minute.
            time.sleep(0.2)
    killer.join()
    return written


def _come_back(place: Path, doctor: Person, written: list[tuple[str, float]]) -> None:
    began = time.perf_counter()
    key = str(place / "keys" / "recovery_key")
    words = ("restore", str(place / "new-home"), "--embedded", "--recovery-key", key)
    _ops(place, *words, BACKUP_REPOSITORY=str(place / "repository"))
    restored = time.perf_counter() - began
    again = start_product(place / "new-home", SCRIBE_DEMO_SAMPLE="no")
    ready = time.perf_counter() - began
    try:
        with again.superuser() as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT family_name FROM patients WHERE given_name = 'Late'")
            kept = {name for (name,) in cursor.fetchall()}
        Client(again.url, doctor).call("GET", "/api/consultations")
    finally:
        again.stop()
    lost = [at for name, at in written if name not in kept]
    seconds = written[-1][1] - lost[0] if lost else 0.0
    print(f"  RPO: of {len(written)} acknowledged changes {len(lost)} are gone: the last {seconds:.2f} s", flush=True)
    print(f"  RTO: restored after {restored:.1f} s, ready for doctors after {ready:.1f} s", flush=True)
