"""The embedded servers: what was committed survives kill -9, and nothing outlives its parent."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis as redis_client

from scribe.cli.embedded.postgres import APP_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.redis import EmbeddedRedis, find_server


@pytest.fixture
def root() -> Iterator[Path]:
    """A directory that the servers' own user can enter."""
    directory = Path(tempfile.mkdtemp(prefix="scribe-embedded-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def connect(server: EmbeddedPostgres, database: str) -> "psycopg2.extensions.connection":
    return psycopg2.connect(server.url(APP_ROLE, "app", database).replace("+psycopg2", ""))


def test_what_postgres_committed_survives_kill_9_of_the_postmaster(root: Path) -> None:
    server = EmbeddedPostgres(root, free_port())
    server.start()
    try:
        server.ensure_database("kept", "app", "owner")
        with psycopg2.connect(server.url("scribe_owner", "owner", "kept").replace("+psycopg2", "")) as connection:
            connection.cursor().execute("CREATE TABLE kept AS SELECT 7 AS n; GRANT SELECT ON kept TO scribe_app")
        connection.close()

        os.kill(server.pid, signal.SIGKILL)
        server._process.wait()
        server.start()

        connection = connect(server, "kept")
        cursor = connection.cursor()
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchone() == (7,)
        connection.close()
    finally:
        server.stop()


def test_a_wrong_password_is_refused(root: Path) -> None:
    server = EmbeddedPostgres(root, free_port(), durable=False)
    server.start()
    try:
        server.ensure_database("closed", "app", "owner")

        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(server.url(APP_ROLE, "guess", "closed").replace("+psycopg2", ""))
    finally:
        server.stop()


def test_redis_answers_and_stops(root: Path) -> None:
    server = EmbeddedRedis(find_server(), root, free_port())

    assert server.start()
    assert redis_client.Redis.from_url(server.url).ping()

    server.stop()
    assert server.pid is None


def test_servers_die_with_a_parent_that_is_killed(root: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path;"
        "from scribe.cli.embedded.postgres import EmbeddedPostgres;"
        "from scribe.cli.embedded.processes import free_port;"
        f"server = EmbeddedPostgres(Path({str(root)!r}), free_port(), durable=False); server.start();"
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    postmaster = psutil.Process(int(parent.stdout.readline()))

    parent.kill()
    parent.wait()

    postmaster.wait(20)
    assert not postmaster.is_running()
