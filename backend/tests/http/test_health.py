"""Health, readiness and figures."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.crypto import KeyRing
from scribe.core.settings import RedisSettings, SecuritySettings
from scribe.db.session import make_session_factory
from scribe.storage.base import StoreUnavailable
from tests.fixtures.app import ORIGIN


class _Down:
    name = "down"

    def check(self) -> None:
        raise StoreUnavailable


def test_a_well_scribe_says_so(client: TestClient) -> None:
    response = client.get("/health")

    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["version"], body["engine"]) == ("healthy", "0.1.0", "local")
    assert body["dependencies"] == {
        "database": "healthy",
        "replica": "not_configured",
        "redis": "not_configured",
        "assemblyai": "not_configured",
        "storage": "healthy",
        "queue": "healthy",
    }


def test_without_redis_recording_goes_on(app: FastAPI, client: TestClient) -> None:
    app.state.settings = app.state.settings.model_copy(update={"redis": RedisSettings(redis_url="redis://x")})
    app.state.events = _Down()

    response = client.get("/health")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert client.get("/health/ready").status_code == 200


def test_without_storage_scribe_is_not_well_but_takes_requests(app: FastAPI, client: TestClient) -> None:
    app.state.store = _Down()

    assert client.get("/health").json()["status"] == "unhealthy"
    assert client.get("/health").status_code == 503
    assert client.get("/health/ready").status_code == 200


def test_a_store_that_does_not_answer_does_not_make_scribe_unready(app: FastAPI, client: TestClient) -> None:
    asked, answered = threading.Event(), threading.Event()

    class Hanging:
        def check(self) -> None:
            asked.set()
            answered.wait(60)

    app.state.store = Hanging()
    with ThreadPoolExecutor(1) as elsewhere:
        look = elsewhere.submit(client.get, "/health")
        assert asked.wait(60)

        ready = client.get("/health/ready")
        was_waiting = not look.done()
        answered.set()

    assert was_waiting
    assert ready.status_code == 200


def test_without_a_database_scribe_lives_but_is_not_ready(app: FastAPI, client: TestClient, keyring: KeyRing) -> None:
    nowhere = create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 1})
    app.state.session_factory = make_session_factory(nowhere, keyring)

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health").json()["dependencies"]["database"] == "unhealthy"


def test_a_job_that_waits_for_long_is_seen(client: TestClient, session_factory: sessionmaker[Session]) -> None:
    with session_factory.begin() as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at, attempts)"
                " VALUES ('default', 'x', 0, '{}', 'todo', now() - interval '10 minutes', 0)"
            )
        )

    assert client.get("/health").json()["dependencies"]["queue"] == "degraded"


def _from(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, base_url=ORIGIN, client=(address, 1))


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("203.0.113.9", 404)])
def test_figures_are_for_askers_inside(app: FastAPI, address: str, status: int) -> None:
    assert _from(app, address).get("/metrics").status_code == status


def test_figures_are_not_for_those_who_come_through_the_proxy(app: FastAPI) -> None:
    answer = _from(app, "127.0.0.1").get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_where_a_token_is_set_the_address_does_not_matter(app: FastAPI) -> None:
    kept = app.state.settings.security.model_dump(exclude={"metrics_token"})
    security = SecuritySettings(**kept, metrics_token="t0ken")
    app.state.settings = app.state.settings.model_copy(update={"security": security})

    without = _from(app, "127.0.0.1").get("/metrics")
    answer = _from(app, "203.0.113.9").get("/metrics", headers={"Authorization": "Bearer t0ken"})

    assert (without.status_code, answer.status_code) == (404, 200)


def test_jobs_that_wait_are_counted_with_the_age_of_the_oldest(
    app: FastAPI, session_factory: sessionmaker[Session]
) -> None:
    with session_factory.begin() as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at, attempts)"
                " SELECT 'default', 'x', 0, '{}', 'todo', now() - minutes * interval '1 minute', 0"
                " FROM generate_series(1, 10) AS minutes"
            )
        )

    figures = _from(app, "127.0.0.1").get("/metrics").text

    assert "scribe_queue_waiting 10.0" in figures
    age = float(figures.partition("\nscribe_queue_oldest_seconds ")[2].split()[0])
    assert age >= 600


def test_figures_name_routes_and_never_ids(app: FastAPI, as_doctor: TestClient) -> None:
    as_doctor.get("/api/patients/01a208be-8544-73c6-b064-6cdb170ffb35")

    figures = _from(app, "127.0.0.1").get("/metrics").text

    assert 'route="/api/patients/{patient_id}",status="404"' in figures
    assert "01a208be" not in figures
    assert "scribe_queue_oldest_seconds" in figures
