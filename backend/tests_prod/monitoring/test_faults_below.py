"""Faults of the database, its audit trail and the disks: each alert fires in a real Prometheus, and clears again."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class

from tests_prod.monitoring.causes import causes
from tests_prod.monitoring.programs import run
from tests_prod.monitoring.watched import Watched

MIB = 1024 * 1024


@causes("DatabaseDown")
def test_a_database_that_lets_nobody_in(watched: Watched) -> None:
    with watched.database("postgres") as cursor:
        cursor.execute("ALTER DATABASE scribe ALLOW_CONNECTIONS false")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'scribe'")
    watched.wait_for("DatabaseDown")

    with watched.database("postgres") as cursor:
        cursor.execute("ALTER DATABASE scribe ALLOW_CONNECTIONS true")
    watched.wait_for_end_of("DatabaseDown")


@causes("DatabaseConnectionsNearlyOut")
def test_connections_that_someone_keeps(watched: Watched) -> None:
    port, password = watched.product.database()
    with contextlib.ExitStack() as kept:
        with watched.database() as cursor:
            cursor.execute("SHOW max_connections")
            allowed = int(cursor.fetchone()[0])
        for _ in range(int(allowed * 0.8)):
            one: Connection = psycopg2.connect(
                host="127.0.0.1", port=port, dbname="scribe", user="postgres", password=password
            )
            kept.callback(one.close)
        watched.wait_for("DatabaseConnectionsNearlyOut")

    watched.wait_for_end_of("DatabaseConnectionsNearlyOut")


@causes("WorkerRoundsFail", "AuditChainNotLookedAt")
def test_rounds_that_wait_for_ever(watched: Watched) -> None:
    with watched.locked("recordings", "audit_heads"):
        watched.wait_for("WorkerRoundsFail", "AuditChainNotLookedAt")
        rounds = {found["round"] for found in watched.firing("WorkerRoundsFail")}

    watched.wait_for_end_of("WorkerRoundsFail", "AuditChainNotLookedAt")
    assert rounds <= {"sweep", "risks"}


@causes("AuditChainBroken")
def test_an_event_that_was_altered(watched: Watched) -> None:
    def alter(change: str) -> None:
        with watched.database() as cursor:
            cursor.execute(
                f"SET session_replication_role = replica; UPDATE audit_events SET {change} WHERE sequence = 1"
            )
        # The next one looks at the whole chain at once.
        watched.product.kill("scribe.cli", "worker")

    alter("action = action || '!'")
    watched.wait_for("AuditChainBroken")

    alter("action = rtrim(action, '!')")
    watched.wait_for_end_of("AuditChainBroken")


@pytest.fixture
def small_disk(watched: Watched, tmp_path: Path) -> Iterator[Path]:
    """The audio is kept on a disk of 40 MiB, which is wholly ours."""
    objects, image = watched.product.home / "objects", tmp_path / "disk"
    image.write_bytes(b"")
    with image.open("ab") as file:
        file.truncate(40 * MIB)
    run("mkfs.ext4", "-q", "-m", "0", str(image))
    run("mount", "-o", "loop", str(image), str(objects))
    try:
        yield objects
    finally:
        subprocess.run(["umount", str(objects)], check=True)


@causes("StorageNearlyFull", "HostDiskNearlyFull", "HostDiskFull", "HostDiskFills")
def test_a_disk_that_fills(watched: Watched, small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    _, size = free_and_size(small_disk)

    def add(share: float) -> None:
        with ballast.open("ab") as file:
            file.write(bytes(int(size * share)))

    def go_on() -> None:
        if free_and_size(small_disk)[0] > 0.25 * size:
            add(0.005)

    add(0.62)
    watched.wait_for("HostDiskFills", meanwhile=go_on)
    too_early = watched.firing("HostDiskNearlyFull")
    add(free_and_size(small_disk)[0] / size - 0.03)
    watched.wait_for("StorageNearlyFull", "HostDiskNearlyFull", "HostDiskFull")

    ballast.unlink()
    watched.wait_for_end_of("StorageNearlyFull", "HostDiskNearlyFull", "HostDiskFull", "HostDiskFills")
    assert too_early == []


def free_and_size(directory: Path) -> tuple[int, int]:

    usage = shutil.disk_usage(directory)
    return usage.free, usage.total
