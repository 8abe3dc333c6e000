"""The plain way: pg_dump there, pg_restore back."""

import contextlib
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from scribe.cli.embedded.postgres import OWNER_ROLE
from scribe.cli.ops.backups import dumps, parts
from scribe.cli.ops.backups.errors import BackupFailed, Tampered
from scribe.cli.ops.backups.rounds import Backups
from scribe.cli.ops.backups.server import Server
from tests.backups.source import Source


@pytest.fixture
def empty(source: Source) -> Iterator[Server]:
    """A database beside the source's, with nothing in it."""
    with contextlib.closing(source.postgres._admin()) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE from_dump OWNER {OWNER_ROLE}")
        url = make_url(source.postgres.superuser_url()).set(database="from_dump")
        yield Server(url.render_as_string(hide_password=False))
        connection.cursor().execute("DROP DATABASE from_dump")


def test_a_dump_fills_an_empty_database_and_no_other(source: Source, backups: Backups, empty: Server) -> None:
    name = dumps.make(backups.server, backups.repository, source.now())

    dumps.restore(backups.repository, name, empty)

    with contextlib.closing(empty.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT id FROM consultations ORDER BY id")
        restored = cursor.fetchall()
    assert restored == source.query("SELECT id FROM consultations ORDER BY id")
    with pytest.raises(BackupFailed, match="not empty"):
        dumps.restore(backups.repository, name, empty)


def test_a_dump_that_is_damaged_far_inside_leaves_the_database_empty(
    source: Source, backups: Backups, empty: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 2048)
    name = dumps.make(backups.server, backups.repository, source.now())
    part = max(name for name in backups.repository.names(f"dumps/{name}/part-"))
    sealed = backups.repository.sealed(part)
    backups.repository.put_open(part, sealed[:-1] + bytes([sealed[-1] ^ 1]))

    with pytest.raises(Tampered):
        dumps.restore(backups.repository, name, empty)

    with contextlib.closing(empty.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)


def test_a_restore_that_fails_midway_leaves_nothing(source: Source, backups: Backups, empty: Server) -> None:
    name = dumps.make(backups.server, backups.repository, source.now())
    with contextlib.closing(empty.connect()) as connection:
        cursor = connection.cursor()
        # In the way of a table that comes late.
        cursor.execute("CREATE VIEW users AS SELECT 1")

        with pytest.raises(BackupFailed, match="pg_restore failed"):
            dumps.restore(backups.repository, name, empty)

        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)
