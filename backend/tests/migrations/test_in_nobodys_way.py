"""Migrations beside a clinic at work: large tables, a writer who goes on, and somebody who does not let go."""

import functools
import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

import scribe.db.migrating
from scribe.cli.embedded.postgres import EmbeddedPostgres
from scribe.cli.main import app
from scribe.db.migrating import Bounds, MigrationGaveUp
from tests.conftest import BACKEND
from tests.migrations.planted import plant
from tests.migrations.steps import Steps

# The newest migrations, beside what they and their like touch.
SINCE = "0003"
ROWS = {
    "utterances": 200_000,
    "audit_events": 100_000,
    "note_versions": 50_000,
    "pipelines": 50_000,
    "consultations": 20_000,
}
_ID = "lpad(n::text, 32, '0')::uuid"
WRITING = {
    "utterances": "INSERT INTO utterances (id, clinic_id, transcript_id, number, speaker, role, start_ms, end_ms, text,"
    f" words) SELECT {_ID}, {_ID}, {_ID}, n, 'A', 'patient', n, n, 'word ' || n, '[]'",
    "audit_events": "INSERT INTO audit_events (id, clinic_id, sequence, occurred_at, actor_type, action, entity_type,"
    " outcome, request_id, detail, previous_hash, hash)"
    f" SELECT {_ID}, {_ID}, n, now(), 'user', 'x', 'x', 'success', 'x', '{{}}', '\\x00', '\\x00'",
    "note_versions": "INSERT INTO note_versions (id, clinic_id, note_id, version, source, transcript_version, drafter,"
    f" content, content_hash) SELECT {_ID}, {_ID}, {_ID}, n, 'ai', 1, 'x', '[]', '\\x00'",
    "pipelines": "INSERT INTO pipelines (id, clinic_id, consultation_id, stage, updated_at)"
    f" SELECT {_ID}, {_ID}, {_ID}, 'draft', now()",
    "consultations": "INSERT INTO consultations (id, clinic_id, doctor_id, recording_id, template_key, language,"
    f" idempotency_key, started_at, wrapped_key) SELECT {_ID}, {_ID}, {_ID}, {_ID}, 'x', 'en', {_ID}, now(), '\\x00'",
}
IMPATIENT = Bounds(lock_seconds=0.2, statement_seconds=60, tries=2, pause_seconds=0.05)


@contextmanager
def _busy(postgres: EmbeddedPostgres, steps: Steps) -> Iterator[Connection]:
    """A connection whose rows need no parents: it matters here that they are written, not whose they are."""
    server = make_url(postgres.superuser_url()).set(database=make_url(steps.url).database)
    engine = create_engine(server, poolclass=NullPool, connect_args={"options": "-c session_replication_role=replica"})
    with engine.connect() as connection:
        yield connection


def _write(connection: Connection, table: str, first: int, last: int) -> None:
    connection.execute(text(f"{WRITING[table]} FROM generate_series({first}, {last}) AS n"))
    connection.commit()


def test_a_writer_goes_on_while_large_tables_migrate(empty: Steps, postgres: EmbeddedPostgres) -> None:
    empty.up(SINCE)
    with _busy(postgres, empty) as connection:
        for table, rows in ROWS.items():
            _write(connection, table, 1, rows)
    files, migrated = empty.files(), threading.Event()
    written = itertools.count(max(ROWS.values()) + 1)
    failed: list[DBAPIError] = []

    def write() -> None:
        with _busy(postgres, empty) as connection:
            # Longer than a migration may wait for a lock; far shorter than to write a large table anew.
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.commit()
            try:
                while not migrated.is_set():
                    number = next(written)
                    for table in WRITING:
                        _write(connection, table, number, number)
            except DBAPIError as error:
                failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        empty.up()
    finally:
        migrated.set()
        writer.join()

    assert failed == []
    rounds = next(written) - max(ROWS.values()) - 1
    assert rounds > 0
    assert {name: file for name, file in empty.files().items() if name in files} == files
    with _busy(postgres, empty) as connection:
        for table, rows in ROWS.items():
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == rows + rounds


@contextmanager
def _holding(steps: Steps, statement: str) -> Iterator[Connection]:
    """Somebody who asked, and neither commits nor goes."""
    engine = create_engine(steps.app_url, poolclass=NullPool, connect_args={"application_name": "forgetful"})
    with engine.connect() as connection:
        connection.execute(text(statement))
        yield connection


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("SELECT count(*) FROM utterances", "(forgetful) uses utterances"),
        ("SELECT pg_advisory_lock(727274)", "another migration"),
    ],
)
def test_a_migration_that_gets_no_lock_gives_up_and_changes_nothing(
    steps: Steps, tmp_path: Path, statement: str, named: str
) -> None:
    before = steps.moment(), steps.now()
    steps.more, steps.bounds = tmp_path, IMPATIENT
    plant(tmp_path, 'op.create_table("towns", sa.Column("name", sa.Text()))', 'op.drop_column("utterances", "speaker")')

    with _holding(steps, statement), pytest.raises(MigrationGaveUp) as given_up:
        steps.up()

    assert "gave up. It changed nothing" in str(given_up.value)
    assert named in str(given_up.value)
    assert (steps.moment(), steps.now()) == before


def test_a_migration_that_gives_up_leaves_nobody_waiting(steps: Steps, tmp_path: Path) -> None:
    steps.more, steps.bounds = tmp_path, IMPATIENT
    plant(tmp_path, 'op.drop_column("utterances", "speaker")')

    with _holding(steps, "SELECT count(*) FROM utterances"):
        with pytest.raises(MigrationGaveUp):
            steps.up()
        with create_engine(steps.app_url, poolclass=NullPool).connect() as other:
            other.execute(text("SET lock_timeout = 1"))

            assert other.scalar(text("SELECT count(*) FROM utterances")) == 0


def test_a_migration_that_takes_too_long_is_undone(steps: Steps, tmp_path: Path) -> None:
    before = steps.moment(), steps.now()
    steps.more, steps.bounds = tmp_path, Bounds(statement_seconds=0.5)
    plant(tmp_path, 'op.drop_column("utterances", "speaker")', 'op.execute("SELECT pg_sleep(600)")')

    with pytest.raises(MigrationGaveUp, match=r"took longer than 0\.5 seconds and was undone"):
        steps.up()

    assert (steps.moment(), steps.now()) == before


def test_each_migration_is_bounded_unless_told_otherwise(steps: Steps, tmp_path: Path) -> None:
    steps.more = tmp_path
    names = ("lock_timeout", "statement_timeout")
    found = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    plant(tmp_path, f'op.execute("CREATE TABLE bounds AS SELECT {found}")')

    steps.up()

    with steps.connect() as connection:
        assert connection.execute(text("SELECT * FROM bounds")).one() == ("2s", "1min")


@pytest.fixture
def _operator(monkeypatch: pytest.MonkeyPatch, steps: Steps, root_key_base64: str) -> None:
    keys = {"ROOT_KEY": root_key_base64, "TOKEN_KEY": root_key_base64}
    urls = {"DATABASE_URL": steps.app_url, "DATABASE_OWNER_URL": steps.url}
    for name, value in {"ENVIRONMENT": "embedded", **keys, **urls}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_operator")
def test_the_command_waits_its_turn_and_says_for_whom(steps: Steps) -> None:
    head = steps.now()
    steps.down("0005")
    command = [sys.executable, "-u", "-m", "scribe.cli", "migrate"]

    with _holding(steps, "SELECT count(*) FROM pipelines") as forgetful:
        migrating = subprocess.Popen(command, cwd=BACKEND, stderr=subprocess.PIPE, text=True)
        assert migrating.stderr is not None
        said = migrating.stderr.readline()
        forgetful.rollback()

        assert migrating.wait(timeout=120) == 0

    assert "trying again (1 of 10)" in said
    assert "(forgetful) uses pipelines" in said
    assert steps.now() == head


@pytest.mark.usefixtures("_operator")
def test_the_command_gives_up_in_plain_words(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.down("0005")
    impatient = functools.partial(Bounds, lock_seconds=0.2, tries=2, pause_seconds=0.05)
    monkeypatch.setattr(scribe.db.migrating, "Bounds", impatient)

    with _holding(steps, "SELECT count(*) FROM pipelines"):
        done = CliRunner().invoke(app, ["migrate"])

    assert done.exit_code == 1
    assert "A migration could not have a table to itself" in done.output
    assert "Traceback" not in done.output
    assert steps.now() == "0005"
