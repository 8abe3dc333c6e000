"""What a server that is lost takes with it (RPO), how soon it is back (RTO), and what backups cost meanwhile.

Commits go on at full speed, each noted by its client when it is acknowledged; then server and receiver are killed at
once, the server's disk counts as lost, and the newest state is restored. What was acknowledged and is not there is
the loss: told in commits, and in the time that they took.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psycopg2

from scribe.cli.ops.backups import restoring, rounds
from tests.backups.source import BACKEND, Source, backups_of, environment_of, rows, running_source, settings_of

# Seconds between two rounds of the receiver: as shipped, and the quickest that is of use.
_ROUNDS = (2.0, 0.5)
_WRITING_SECONDS = 20.0
_FILL_ROWS = 400_000
Made = TypeVar("Made")


def run() -> None:
    """Each round on a database of its own."""
    for every in _ROUNDS:
        with tempfile.TemporaryDirectory(prefix="scribe-bench-backups-") as directory:
            Path(directory).chmod(0o755)
            (Path(directory) / "source").mkdir(mode=0o755)
            with running_source(Path(directory) / "source") as source:
                _measure(source, Path(directory), every)


def _measure(source: Source, place: Path, every: float) -> None:
    backups = backups_of(source, settings_of(source, str(place / "repository"), backup_wal_seconds=every))
    source.query(
        "CREATE TABLE filling AS SELECT n, md5(n::text) AS a, md5((n + 1)::text) AS b"
        f" FROM generate_series(1, {_FILL_ROWS}) n"
    )
    source.query("CREATE TABLE heartbeat (n int)")
    full = _timed("full backup", lambda: rounds.once(backups, "full"))
    incremental = _timed("incremental backup", lambda: rounds.once(backups, "incremental"))
    for name, made in (("full", full), ("incremental", incremental)):
        print(f"  {name}: {made.plain_bytes / 1e6:.1f} MB of files, {made.sealed_bytes / 1e6:.1f} MB kept")
    alone = _rate(source, seconds=5)
    service = _service(backups)
    try:
        while not any(source.query("SELECT active FROM pg_replication_slots")[0]):
            time.sleep(0.1)
        acknowledged = _write_until_killed(source, service)
    finally:
        service.kill()
        service.wait()
    _timed("restore of the newest state", lambda: restoring.database(backups.repository, place / "restored", None))
    kept = set(rows(place / "restored", "heartbeat"))
    lost = [at for n, at in acknowledged if n not in kept]
    seconds = acknowledged[-1][1] - lost[0] if lost else 0.0
    print(
        f"  rounds of {every:g} s: {len(acknowledged)} commits acknowledged ({alone:.0f}/s alone, "
        f"{len(acknowledged) / _WRITING_SECONDS:.0f}/s while received), lost {len(lost)}: the last {seconds:.2f} s",
        flush=True,
    )


def _timed(name: str, work: Callable[[], Made]) -> Made:
    began = time.perf_counter()
    result = work()
    print(f"  {name}: {time.perf_counter() - began:.1f} s", flush=True)
    return result


def _rate(source: Source, seconds: float) -> float:
    """Commits a second with nobody receiving."""
    with contextlib.closing(source.server.connect()) as connection:
        cursor, count, until = connection.cursor(), 0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            cursor.execute("INSERT INTO heartbeat VALUES (%s)", (-count - 1,))
            count += 1
    return count / seconds


def _service(backups: rounds.Backups) -> "subprocess.Popen[bytes]":
    env = environment_of(backups.settings) | {"BACKUP_DRILL_HOURS": "1000", "BACKUP_OBJECTS_SECONDS": "1000"}
    return subprocess.Popen(
        [sys.executable, "-m", "scribe.cli", "ops", "backup", "run"],
        cwd=BACKEND, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _write_until_killed(source: Source, service: "subprocess.Popen[bytes]") -> list[tuple[int, float]]:
    acknowledged: list[tuple[int, float]] = []

    def kill() -> None:
        os.kill(service.pid, signal.SIGKILL)
        os.kill(source.postgres.pid or 0, signal.SIGKILL)

    killer = threading.Timer(_WRITING_SECONDS, kill)
    killer.start()
    with contextlib.closing(source.server.connect()) as connection, contextlib.suppress(psycopg2.Error):
        cursor = connection.cursor()
        for number in range(1, 10_000_000):
            cursor.execute("INSERT INTO heartbeat VALUES (%s)", (number,))
            acknowledged.append((number, time.perf_counter()))
    killer.join()
    return acknowledged
