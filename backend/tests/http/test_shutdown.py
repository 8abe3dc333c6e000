"""`scribe serve` as a process: it serves, and it stops when told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import service, sessions
from scribe.accounts.dependencies import COOKIE
from scribe.accounts.models import Role, UserSession
from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.supervisor import Service, wait_until_ready
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from tests.fixtures.people import PASSWORD

Running = Callable[[], AbstractContextManager[tuple[str, "subprocess.Popen[bytes]"]]]


@pytest.fixture
def running(database_url: str, root_key_base64: str, tmp_path: Path) -> Running:
    @contextmanager
    def run() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
        port = free_port()
        env = os.environ | {
            "ENVIRONMENT": "embedded",
            "PUBLIC_URL": f"http://localhost:{port}",
            "DATABASE_URL": database_url,
            "STORAGE_ROOT": str(tmp_path / "objects"),
            "ROOT_KEY": root_key_base64,
            "TOKEN_KEY": root_key_base64,
            "LOG_FILE": str(tmp_path / "serve.log"),
        }
        command = [sys.executable, "-m", "scribe.cli", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            watched = Service("service", [], dict(env), tmp_path / "serve.log", process)
            wait_until_ready(f"http://127.0.0.1:{port}/health/ready", watched)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()
            process.wait()

    return run


def _cookie(factory: sessionmaker[Session], keyring: KeyRing) -> dict[str, Any]:
    now = SystemClock().now()
    with factory.begin() as session:
        clinic = service.create_clinic(session, keyring, name="Harbour Practice")
        user = service.create_user(
            session,
            email="d@clinic.example",
            full_name="Dr D",
            role=Role.DOCTOR,
            password=PASSWORD,
            must_change_password=False,
        )
        row = UserSession(clinic_id=clinic.id, user_id=user.id, token_hash=sessions.token_hash("t"), last_seen_at=now)
        row.expires_at = now + timedelta(hours=1)
        session.add(row)
    return {"Cookie": f"{COOKIE}={clinic.id.hex}.t"}


def test_an_open_event_stream_ends_cleanly_and_does_not_hold_up_the_shutdown(
    running: Running, live_sessions: sessionmaker[Session], keyring: KeyRing, tmp_path: Path
) -> None:
    cookie = _cookie(live_sessions, keyring)

    with running() as (url, process), httpx.Client(headers=cookie, timeout=60) as browser:
        with browser.stream("GET", url + "/api/consultations/events") as stream:
            pieces = stream.iter_bytes()
            next(pieces)
            process.send_signal(signal.SIGTERM)
            rest = list(pieces)
        code = process.wait(timeout=60)

    # A stream that is cut instead of ended raises in `list(pieces)`.
    assert isinstance(rest, list)
    # uvicorn hands the signal on after a clean shutdown.
    assert code in (0, -signal.SIGTERM)
    log = (tmp_path / "serve.log").read_text()
    assert "unhandled_error" not in log
    assert "Exception in ASGI" not in log
    assert "graceful shutdown exceeded" not in log


def test_a_port_that_is_taken_is_an_error_of_the_process(running: Running) -> None:
    with running() as (url, process):
        port = url.rpartition(":")[2]
        second = subprocess.run(
            [*process.args[:-1], port],
            env={name: value for name, value in _environment(process.pid).items() if name != "LOG_FILE"},
            capture_output=True,
            timeout=60,
            check=False,
        )

    assert second.returncode != 0
    assert b"address already in use" in second.stdout.lower()


def _environment(pid: int) -> dict[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)
