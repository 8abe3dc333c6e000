"""New code waits for its schema, and old code does not mind a newer one."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from scribe.cli.embedded.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from scribe.cli.main import app
from tests.conftest import APP_PASSWORD, OWNER_PASSWORD

BACKEND = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, database_url: str, root_key_base64: str) -> None:
    for name, value in {
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": database_url,
        "ROOT_KEY": root_key_base64,
        "TOKEN_KEY": root_key_base64,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    postgres.ensure_database("scribe_unmigrated", APP_PASSWORD, OWNER_PASSWORD)
    yield "scribe_unmigrated"
    with contextlib.closing(postgres._admin()) as connection:
        connection.autocommit = True
        connection.cursor().execute("DROP DATABASE scribe_unmigrated WITH (FORCE)")


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["await-schema", *words])


def test_a_migrated_database_is_not_waited_for() -> None:
    assert _run("--seconds", "0").exit_code == 0


def test_no_table_of_the_database_is_unknown_to_who_waits_for_it(owner_url: str) -> None:
    # A process of its own: here the tests have imported everything already.
    told = "import scribe.cli.await_schema as it; print(*sorted(it.Base.metadata.tables))"
    known = subprocess.run([sys.executable, "-c", told], cwd=BACKEND, capture_output=True, text=True, check=True)
    with create_engine(owner_url).connect() as connection:
        there = connection.scalars(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename NOT LIKE 'procrastinate%' AND tablename <> 'alembic_version' ORDER BY 1"
            )
        ).all()

    assert known.stdout.split() == there


def test_a_missing_column_is_waited_for_and_named(owner_url: str) -> None:
    with create_engine(owner_url).begin() as connection:
        connection.execute(text("ALTER TABLE patients RENAME COLUMN gender TO sex"))

    given_up = _run("--seconds", "0")

    assert (given_up.exit_code, "Waiting for patients.gender" in given_up.output) == (1, True)


def test_old_code_takes_a_newer_schema(owner_url: str) -> None:
    with create_engine(owner_url).begin() as connection:
        connection.execute(text("ALTER TABLE patients ADD COLUMN of_a_later_version text"))

    assert _run("--seconds", "0").exit_code == 0


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/none")

    assert "Waiting for the database" in _run("--seconds", "0").output


def test_it_goes_on_once_the_migrations_have_run(
    monkeypatch: pytest.MonkeyPatch, postgres: EmbeddedPostgres, empty_database: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.url(APP_ROLE, APP_PASSWORD, empty_database))
    monkeypatch.setenv("DATABASE_OWNER_URL", postgres.url(OWNER_ROLE, OWNER_PASSWORD, empty_database))
    command = [sys.executable, "-u", "-m", "scribe.cli"]
    waiting = subprocess.Popen([*command, "await-schema"], cwd=BACKEND, stdout=subprocess.PIPE, text=True)
    try:
        assert waiting.stdout is not None
        assert waiting.stdout.readline().startswith("Waiting for ")

        subprocess.run([*command, "migrate"], cwd=BACKEND, check=True, capture_output=True)

        assert waiting.wait(timeout=120) == 0
    finally:
        waiting.kill()
        waiting.wait()
