from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.crypto import KeyRing
from tests.consultations.builders import Practice, a_practice
from tests.worker.controlling import Controller, Workers, World

QUICK = {
    "JOB_HEARTBEAT_SECONDS": "0.5",
    "JOB_STALLED_AFTER_SECONDS": "4",
    "JOB_REAPER_INTERVAL_SECONDS": "0.3",
    "JOB_SWEEP_INTERVAL_SECONDS": "0.5",
    "JOB_RETRY_BASE_SECONDS": "0.2",
    "JOB_SHUTDOWN_SECONDS": "5",
    "JOB_MAX_ATTEMPTS": "3",
}


def make_results_table(owner_url: str) -> None:
    """Where the fake stages save; nothing in it prevents a second row for the same stage."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE stage_results (number serial, consultation_id uuid, stage text, pid int)")
        )
        connection.execute(text("GRANT ALL ON stage_results, stage_results_number_seq TO scribe_app"))
    engine.dispose()


def worker_env(database_url: str, root_key: str, controller: Controller, **more: str) -> dict[str, str]:
    """The environment of a worker that notices a dead one within seconds."""
    return {
        **QUICK,
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "ROOT_KEY": root_key,
        "TOKEN_KEY": root_key,
        "CONTROLLER_PORT": str(controller.port),
        **more,
    }


@pytest.fixture
def world(database_url: str, owner_url: str, root_key_base64: str, tmp_path: Path) -> Iterator[World]:
    """No worker runs yet: `world.workers.start()`."""
    make_results_table(owner_url)
    controller = Controller()
    workers = Workers(worker_env(database_url, root_key_base64, controller), tmp_path / "workers.log")
    engine = create_engine(database_url)
    try:
        yield World(engine, controller, workers)
    finally:
        workers.stop()
        controller.close()
        engine.dispose()


@pytest.fixture
def practice(live_sessions: sessionmaker[Session], keyring: KeyRing) -> Practice:
    """A practice whose rows are really committed."""
    return a_practice(live_sessions, keyring)
