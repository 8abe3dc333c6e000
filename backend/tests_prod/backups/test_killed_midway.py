"""kill -9 in the middle of a backup and of a restore: what was there stays whole, and the next run goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe.cli.ops.backups import objects, restoring, rounds, sets, verifying
from scribe.cli.ops.backups.rounds import Backups
from tests.backups.source import BACKEND, Source, environment_of, rows


def kill_when(
    backups: Backups, arguments: list[str], is_midway: Callable[[], bool], is_done: Callable[[], bool]
) -> bool:
    """Run a command and kill it -9 midway; False where it was done before we could look."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scribe.cli", "ops", *arguments],
        cwd=BACKEND,
        env=environment_of(backups.settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            if is_midway():
                # Held still, so that what we look at is what the kill leaves behind.
                os.kill(process.pid, signal.SIGSTOP)
                if not is_done():
                    return True
                os.kill(process.pid, signal.SIGCONT)
                process.wait()
                return False
            time.sleep(0.005)
        return False
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def large(source: Source) -> Source:
    """So much in the database that a backup of it has several parts."""
    source.query("CREATE EXTENSION IF NOT EXISTS pgcrypto")
    source.query(
        "CREATE TABLE large AS SELECT n, string_agg(encode(gen_random_bytes(1024), 'hex'), '') AS noise"
        " FROM generate_series(1, 4000) n, generate_series(1, 20) GROUP BY n"
    )
    return source


def test_a_backup_that_is_killed_midway_leaves_the_earlier_one_whole_and_the_next_sweeps_it_up(
    large: Source, backups: Backups
) -> None:
    rounds.once(backups, "full")
    [earlier] = sets.all_of(backups.repository)
    place = Path(backups.ours.backup_repository) / "sets"

    def begun() -> bool:
        return any(each.name != earlier.id and (each / "part-000000").exists() for each in place.iterdir())

    def finished() -> bool:
        return len(sets.all_of(backups.repository)) > 1

    assert kill_when(backups, ["backup", "once"], begun, finished)
    left_behind = sets.unfinished(backups.repository)
    found = verifying.verify(backups.repository, backups.ours, {}, every_set=True)
    made = rounds.once(backups, "incremental")

    assert left_behind
    assert (found.sets, [told for told in found.problems if "bundle" not in told]) == (1, [])
    assert (made.kind, made.parent) == ("incremental", earlier.id)
    assert sets.unfinished(backups.repository) == []


def test_a_restore_that_is_killed_midway_is_begun_again_by_the_next(
    large: Source, backups: Backups, place: Path
) -> None:
    rounds.once(backups, "full")
    work = place / "pgdata" / restoring.MARK

    def begun() -> bool:
        return (work / "set-0" / "base").exists()

    def finished() -> bool:
        return (place / "pgdata" / "global").exists()

    assert kill_when(backups, ["restore", str(place)], begun, finished)
    half = sorted(entry.name for entry in (place / "pgdata").iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "scribe.cli", "ops", "restore", str(place)],
        cwd=BACKEND,
        env=environment_of(backups.settings),
        capture_output=True,
        text=True,
        check=False,
    )

    assert half == [restoring.MARK]
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(place / "pgdata", "large") == list(range(1, 4001))
    assert not work.exists()
    assert len(list((place / "objects").rglob("*.webm"))) == len(set(objects.at(backups.repository, None)))


def test_a_restore_into_what_is_there_changes_nothing(large: Source, backups: Backups, place: Path) -> None:
    rounds.once(backups, "full")
    (place / "pgdata").mkdir()
    (place / "pgdata" / "PG_VERSION").write_text("17\n")

    done = subprocess.run(
        [sys.executable, "-m", "scribe.cli", "ops", "restore", str(place)],
        cwd=BACKEND,
        env=environment_of(backups.settings),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert [path.name for path in place.rglob("*")] == ["pgdata", "PG_VERSION"]


def test_the_receiver_goes_on_without_a_hole_after_kill_9(source: Source, backups: Backups) -> None:
    backups.server.prepare()
    for number in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "scribe.cli", "ops", "backup", "run"],
            cwd=BACKEND,
            env=environment_of(backups.settings) | {"BACKUP_DRILL_HOURS": "1000"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wanted = number + 1
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and len(list(backups.repository.names("wal/"))) < wanted:
                source.query("CREATE TABLE IF NOT EXISTS busy (n int)")
                source.query("INSERT INTO busy SELECT generate_series(1, 20000)")
        finally:
            process.kill()
            process.wait()
    rounds.once(backups, "full")

    found = verifying.verify(backups.repository, backups.ours, {}, every_set=True)

    assert [told for told in found.problems if "bundle" not in told] == []
