"""A real PostgreSQL for every test: one server, one migrated template, rolled back or copied per test."""

import base64
import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from scribe.cli.embedded.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port
from scribe.core.crypto import KeyRing
from scribe.db.session import make_session_factory

# Tests start from Scribe's own values: a developer's keys would send test audio to a cloud.
for _name in [name for name in os.environ if name.startswith(("ASSEMBLYAI_", "LLM_", "DRAFTER", "TRANSCRIPTION_"))]:
    del os.environ[_name]

pytest_plugins = (
    "tests.fixtures.people",
    "tests.fixtures.app",
    "tests.fixtures.logs",
    "tests.fixtures.servers",
    "tests.fixtures.replica",
)

BACKEND = Path(__file__).parents[1]
APP_PASSWORD, OWNER_PASSWORD = "app-of-tests", "owner-of-tests"
ROOT_KEY = bytes(range(32))
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server, with a migrated database `template_scribe`."""
    with tempfile.TemporaryDirectory(prefix="scribe-test-pg-") as directory:
        root = Path(directory)
        root.chmod(0o755)
        server = EmbeddedPostgres(root, free_port(), durable=False)
        server.start()
        try:
            server.ensure_database("template_scribe", APP_PASSWORD, OWNER_PASSWORD)
            config = Config(str(BACKEND / "alembic.ini"))
            config.attributes["url"] = server.url(OWNER_ROLE, OWNER_PASSWORD, "template_scribe")
            command.upgrade(config, "head")
            yield server
        finally:
            server.stop()


def _copy_template(server: EmbeddedPostgres) -> str:
    name = f"scribe_{os.getpid()}_{next(_numbers)}"
    with contextlib.closing(server._admin()) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE template_scribe OWNER {OWNER_ROLE}")
    return name


@pytest.fixture
def database_name(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A migrated, empty database of this test's own, for tests that really commit or use several connections."""
    name = _copy_template(postgres)
    yield name
    with contextlib.closing(postgres._admin()) as connection, contextlib.suppress(psycopg2.Error):
        connection.autocommit = True
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, database_name: str) -> str:
    """The app role's address of this test's own database."""
    return postgres.url(APP_ROLE, APP_PASSWORD, database_name)


@pytest.fixture
def owner_url(postgres: EmbeddedPostgres, database_name: str) -> str:
    """The owner role's address of this test's own database."""
    return postgres.url(OWNER_ROLE, OWNER_PASSWORD, database_name)


@pytest.fixture
def live_sessions(database_url: str, keyring: KeyRing) -> Iterator[sessionmaker[Session]]:
    """Sessions whose commits are real, on this test's own database, as the app role."""
    engine = create_engine(database_url)
    yield make_session_factory(engine, keyring)
    engine.dispose()


@pytest.fixture(scope="session")
def shared_engine(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """One database for all tests that roll back."""
    engine = create_engine(postgres.url(APP_ROLE, APP_PASSWORD, _copy_template(postgres)))
    yield engine
    engine.dispose()


@pytest.fixture
def session_factory(shared_engine: Engine, keyring: KeyRing) -> Iterator[sessionmaker[Session]]:
    """Sessions whose commits are savepoints of one transaction, rolled back at the test's end."""
    with shared_engine.connect() as connection:
        outer = connection.begin()
        yield make_session_factory(connection, keyring, join_transaction_mode="create_savepoint")
        outer.rollback()


@pytest.fixture
def keyring() -> KeyRing:
    """Keys below a root key that only tests know."""
    return KeyRing(ROOT_KEY)


@pytest.fixture
def root_key_base64() -> str:
    """The tests' root key as the settings want it."""
    return base64.b64encode(ROOT_KEY).decode()
