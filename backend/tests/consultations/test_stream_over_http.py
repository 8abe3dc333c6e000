"""The live stream as a browser has it: a real server, PostgreSQL as the bus, and a change made by another process."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import uvicorn

from scribe import events
from scribe.accounts import sessions
from scribe.accounts.dependencies import COOKIE
from scribe.accounts.models import UserSession
from scribe.cli.embedded.processes import free_port
from scribe.consultations import service
from scribe.core.settings import DatabaseSettings
from scribe.events.postgres import PostgresBus
from scribe.http.app import create_app
from tests.consultations.builders import a_practice

TOKEN = "token-of-the-stream"


@pytest.fixture
def practice(live_sessions, keyring, database_url):
    events.attach(live_sessions, PostgresBus(database_url))
    return a_practice(live_sessions, keyring)


@pytest.fixture
def address(settings, database_url) -> Iterator[str]:
    port = free_port()
    app = create_app(settings.model_copy(update={"database": DatabaseSettings(database_url=database_url)}))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        threading.Event().wait(0.02)
    yield f"http://127.0.0.1:{port}"
    app.state.streams.end()
    server.should_exit = True
    thread.join(10)


def test_a_change_made_elsewhere_reaches_the_doctors_open_stream(address, practice):
    with practice.session() as session:
        consultation = practice.consultation(session)
        signed_in = UserSession(clinic_id=practice.id, user_id=practice.doctor.id)
        signed_in.token_hash, signed_in.last_seen_at = sessions.token_hash(TOKEN), datetime.now(UTC)
        signed_in.expires_at = datetime.now(UTC) + timedelta(hours=1)
        session.add(signed_in)
    cookie = {"Cookie": f"{COOKIE}={practice.id.hex}.{TOKEN}"}

    with httpx.stream("GET", f"{address}/api/consultations/events", headers=cookie, timeout=20) as answer:
        lines = answer.iter_lines()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert next(line for line in lines if line.startswith("event:")) == "event: live"
        with practice.session(practice.doctor) as session:
            service.cancel(session, consultation=session.merge(consultation), doctor=practice.doctor)

        assert next(line for line in lines if line.startswith("event:")) == "event: consultation"
        told = next(lines)
    assert str(consultation.id) in told
    assert '"status":"cancelled"' in told
    assert str(practice.doctor.id) not in told
