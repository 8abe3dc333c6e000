"""PostgreSQL killed inside a stage, Redis gone: every consultation still ends right, and once."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from scribe.cli.embedded.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.redis import EmbeddedRedis
from scribe.consultations.models import ConsultationStatus
from scribe.core.crypto import KeyRing
from scribe.db.session import make_session_factory
from tests.conftest import APP_PASSWORD, BACKEND, OWNER_PASSWORD
from tests.consultations.builders import Practice, a_practice
from tests.worker.asking import ALL, new, promises_kept, wait_for, wait_until_idle
from tests.worker.conftest import make_results_table, worker_env
from tests.worker.controlling import Controller, Workers, World


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A server that tests may kill; unlike the others', it really writes to the disk."""
    with tempfile.TemporaryDirectory(prefix="scribe-test-killed-pg-") as directory:
        root = Path(directory)
        root.chmod(0o755)
        server = EmbeddedPostgres(root, free_port())
        server.start()
        server.ensure_database("scribe", APP_PASSWORD, OWNER_PASSWORD)
        config = Config(str(BACKEND / "alembic.ini"))
        config.attributes["url"] = server.url(OWNER_ROLE, OWNER_PASSWORD, "scribe")
        command.upgrade(config, "head")
        make_results_table(config.attributes["url"])
        yield server
        server.stop()


@pytest.fixture
def killable(
    own_postgres: EmbeddedPostgres, keyring: KeyRing, root_key_base64: str, tmp_path: Path
) -> Iterator[tuple[World, Practice]]:
    url = own_postgres.url(APP_ROLE, APP_PASSWORD, "scribe")
    engine = create_engine(url, pool_pre_ping=True)
    controller = Controller()
    workers = Workers(worker_env(url, root_key_base64, controller), tmp_path / "workers.log")
    try:
        yield World(engine, controller, workers), a_practice(make_session_factory(engine, keyring), keyring)
    finally:
        workers.stop()
        controller.close()
        engine.dispose()


@pytest.mark.parametrize("point", ["working", "writing"])
@pytest.mark.parametrize(
    "stage", [stage if stage == "transcribe" else pytest.param(stage, marks=pytest.mark.slow) for stage in ALL]
)
def test_a_database_killed_inside_a_stage_leaves_one_result(
    own_postgres: EmbeddedPostgres, killable: tuple[World, Practice], stage: str, point: str
) -> None:
    world, practice = killable
    world.controller.hold_once(stage, point)
    world.workers.start()
    consultation = new(practice)
    hit = world.controller.catch()
    pid = own_postgres.pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    own_postgres._process.wait()
    with pytest.raises(psycopg2.OperationalError):
        own_postgres._admin()
    own_postgres.start()
    hit.say()

    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL
    wait_until_idle(practice)
    assert promises_kept(practice)
    assert all(worker.poll() is None for worker in world.workers.running)


@pytest.mark.parametrize("gone", ["from_the_start", "inside_a_stage"])
def test_without_redis_consultations_end_as_they_should(
    world: World, practice: Practice, redis: EmbeddedRedis, gone: str
) -> None:
    world.workers.env["REDIS_URL"] = redis.url
    if gone == "from_the_start":
        redis.stop()
    world.controller.hold_once("transcribe", "working")
    world.workers.start()
    consultation = new(practice)
    hit = world.controller.catch()

    redis.stop()
    hit.say()

    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == ALL
