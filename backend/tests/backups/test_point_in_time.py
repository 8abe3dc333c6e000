"""A real server, backed up while it is written to, and brought back to a moment."""

import threading
from pathlib import Path

import pytest

from scribe.cli.embedded.postgres import APP_ROLE
from scribe.cli.ops.backups import drill, received, restoring, rounds, sets, verifying, wal
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.rounds import Backups
from scribe.cli.ops.backups.server import SLOT
from scribe.storage.base import StoreUnavailable
from scribe.storage.filesystem import FilesystemStore
from tests.backups.source import Source, password, receiving, rows, wait_for_log
from tests.fixtures.fakes import MemoryStore


def test_a_restore_to_a_moment_has_all_that_was_committed_by_then_and_nothing_after(
    source: Source, backups: Backups, place: Path
) -> None:
    with receiving(backups):
        backups.copy_database("full")
        source.query("CREATE TABLE moments (n int)")
        source.query("INSERT INTO moments SELECT generate_series(1, 1000)")
        incremental = backups.copy_database("incremental")
        source.query("INSERT INTO moments VALUES (1001)")
        moment = source.now()
        source.query("INSERT INTO moments VALUES (1002)")
        source.query("DELETE FROM moments WHERE n = 1")
        wait_for_log(backups.repository, source.now())

    done = restoring.database(backups.repository, place / "then", moment)
    restoring.database(backups.repository, place / "newest", None, {APP_ROLE: "a new one"})

    assert (incremental.kind, incremental.plain_bytes < 10_000_000) == ("incremental", True)
    assert done.set_id == incremental.id
    assert done.last_commit_at <= moment
    assert rows(place / "then", "moments") == list(range(1, 1002))
    assert rows(place / "newest", "moments") == list(range(2, 1003))
    assert (
        password(place / "then") == source.query("SELECT rolpassword FROM pg_authid WHERE rolname = %s", APP_ROLE)[0][0]
    )
    assert password(place / "newest") != password(place / "then")


def test_a_restore_overwrites_nothing_and_names_no_moment_before_the_first_backup(
    source: Source, backups: Backups, place: Path
) -> None:
    before = source.now()
    with receiving(backups):
        backups.copy_database("full")
    (place / "kept").write_text("mine")

    with pytest.raises(BackupFailed, match="not empty"):
        restoring.database(backups.repository, place, None)
    with pytest.raises(BackupFailed, match="no backup from before"):
        restoring.database(backups.repository, place / "other", before)

    assert [entry.name for entry in place.iterdir()] == ["kept"]


class _Unreliable(MemoryStore):
    """Refuses every put while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses, self.refused = threading.Event(), threading.Event()

    def put(self, key: str, body: object) -> None:
        if self.refuses.is_set():
            self.refused.set()
            raise StoreUnavailable
        super().put(key, body)


def test_the_server_keeps_its_log_until_the_store_has_it(source: Source, backups: Backups) -> None:
    store = _Unreliable()
    repository = Repository(store, store, bytes(32))
    backups.server.prepare()
    receiver = rounds.Receiver(backups.server, repository, 0.1, lambda at: received.note(repository, at))
    receiver.start()
    wait_for_log(repository, source.now())

    store.refuses.set()
    written = wal.parse_lsn(source.query("SELECT pg_current_wal_lsn()")[0][0])
    source.query("CREATE TABLE unheard AS SELECT generate_series(1, 100000) AS n")
    assert store.refused.wait(60)
    held_back = wal.parse_lsn(
        source.query("SELECT restart_lsn FROM pg_replication_slots WHERE slot_name = %s", SLOT)[0][0]
    )
    store.refuses.clear()
    wait_for_log(repository, source.now())
    receiver.stop()

    pieces = wal.held(repository)
    assert held_back <= written
    assert wal.covered_until(pieces, 1, wal.start_of(min(pieces))) == wal.newest(pieces, 1)
    source.query("DROP TABLE unheard")


def test_two_backups_are_never_made_at_once(backups: Backups) -> None:
    with backups.server.only_maker(), pytest.raises(BackupFailed, match="Another backup"), backups.server.only_maker():
        pytest.fail("both were let in")


def test_one_repository_takes_one_databases_backups(backups: Backups) -> None:
    sets.refuse_another_cluster(backups.repository, "some other database")

    with pytest.raises(BackupFailed, match="another database"):
        backups.copy_database("full")
    # Nor its log: the segments of all databases have the same names.
    with pytest.raises(BackupFailed, match="another database"):
        backups.receiver()._receive()
    with pytest.raises(BackupFailed, match="another database"):
        rounds.once(backups, "full")
    with pytest.raises(BackupFailed, match="another database"):
        rounds.run(backups, threading.Event())

    assert wal.held(backups.repository) == {}


def test_once_makes_a_backup_that_verifies_and_that_a_drill_passes(source: Source, backups: Backups) -> None:
    rounds.once(backups, "full")
    with receiving(backups):
        wait_for_log(backups.repository, source.now())

    found = verifying.verify(backups.repository, backups.ours, {}, every_set=True)
    moment = drill.random_moment(backups.repository, source.now())
    report = backups.drill(moment)

    assert [each for each in found.problems if "bundle" not in each] == []
    assert (found.sets, found.objects) == (1, len(list(source.store.keys("clinics/"))))
    assert [each for each in report["checks"] if not each["passed"]] == []
    assert report["checks"][3]["found"]["decoded"] >= 1


def test_audio_comes_back_as_it_was(source: Source, backups: Backups, place: Path) -> None:
    rounds.once(backups, "full")
    target = FilesystemStore(place / "objects")

    count = restoring.audio(backups.repository, None, target)

    assert count >= 1
    assert {key: target.get(key) for key in target.keys("")} == {
        key: source.store.get(key) for key in source.store.keys("clinics/")
    }
