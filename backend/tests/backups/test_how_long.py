"""What is kept how long, and when each kind is due."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2.errors
import pytest

from scribe.cli.ops.backups import drill, objects, pruning, sets, wal
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.rounds import Chore
from scribe.cli.ops.backups.sets import BackupSet
from scribe.cli.ops.backups.status import DRILL, Status
from tests.fixtures.fakes import MemoryStore

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEEP = timedelta(days=30)


def a_set(name: str, days_ago: float, parent: str | None = None, at: int = 1) -> BackupSet:
    finished = NOW - timedelta(days=days_ago)
    return BackupSet(
        id=name,
        kind="incremental" if parent else "full",
        parent=parent,
        system_id="1",
        timeline=1,
        started_at=finished,
        finished_at=finished,
        start_lsn=at * wal.SEGMENT + 5,
        end_lsn=at * wal.SEGMENT + 6,
        schema_version="0010",
        plain_bytes=0,
    )


def test_what_a_restore_to_any_of_the_last_days_needs_is_kept_and_no_more(repository: Repository) -> None:
    known = [
        a_set("f1", 33, at=1),
        a_set("f2", 31, at=2),
        a_set("i1", 30.5, parent="f2", at=3),
        a_set("i2", 29, parent="i1", at=4),
        a_set("f3", 1, at=9),
    ]
    for each in known:
        sets.keep(repository, each)
        repository.put(f"sets/{each.id}/part-000000", b"x")
    for number in range(12):
        name = wal.segment_of(1, number * wal.SEGMENT)
        repository.put(wal.Piece(name, 0, 8).name, bytes(8))

    gone = pruning.prune(repository, NOW, KEEP)

    assert (gone.sets, gone.segments) == (1, 2)
    assert [each.id for each in sets.all_of(repository)] == ["f2", "i1", "i2", "f3"]
    assert list(repository.names("sets/f1/")) == []
    assert wal.start_of(min(wal.held(repository))) == 2 * wal.SEGMENT


def test_the_newest_backup_stays_however_old_it_is(repository: Repository) -> None:
    sets.keep(repository, a_set("f1", 400))
    repository.put("dumps/20250101t000000/dump", b"[]")
    repository.put("dumps/20250201t000000/dump", b"[]")

    pruning.prune(repository, NOW, KEEP)

    assert [each.id for each in sets.all_of(repository)] == ["f1"]
    assert list(repository.names("dumps/")) == ["dumps/20250201t000000/dump"]


def test_an_objects_copy_outlives_it_for_a_while(repository: Repository, memory: MemoryStore) -> None:
    source = MemoryStore()
    for key in ("clinics/a", "clinics/b"):
        source.put(key, b"sound")
    first = objects.copy(source, repository, NOW, KEEP)
    source.delete("clinics/a")
    second = objects.copy(source, repository, NOW + timedelta(days=1), KEEP)
    in_between = set(objects.at(repository, NOW)), set(objects.at(repository, NOW + timedelta(days=2)))
    third = objects.copy(source, repository, NOW + timedelta(days=32), KEEP)

    assert (first.copied, second.copied, second.dropped, third.dropped) == (2, 0, 0, 1)
    assert in_between == ({"clinics/a", "clinics/b"}, {"clinics/b"})
    assert list(repository.names("objects/")) == ["objects/clinics/b"]


def test_an_empty_store_is_taken_for_a_mistake_and_not_for_deletions(repository: Repository) -> None:
    source = MemoryStore()
    source.put("clinics/a", b"sound")
    objects.copy(source, repository, NOW, KEEP)

    with pytest.raises(BackupFailed, match="store is empty"):
        objects.copy(MemoryStore(), repository, NOW, KEEP)


def test_a_store_that_lost_many_at_once_is_taken_for_a_loss_until_the_operator_says_otherwise(
    repository: Repository,
) -> None:
    source = MemoryStore()
    keys = [f"clinics/{number:03}" for number in range(60)]
    for key in keys:
        source.put(key, b"sound")
    objects.copy(source, repository, NOW, KEEP)
    for key in keys[:30]:
        source.delete(key)
    source.put("clinics/new", b"sound")

    with pytest.raises(BackupFailed, match="30 of 60 objects have gone"):
        objects.copy(source, repository, NOW + timedelta(days=1), KEEP)
    after_the_loss = set(objects.at(repository, None))
    with pytest.raises(BackupFailed, match="have gone"):
        objects.copy(source, repository, NOW + timedelta(days=40), KEEP)
    long_after = set(objects.at(repository, None))
    objects.copy(source, repository, NOW + timedelta(days=40), KEEP, were_deleted=True)
    # Said once, it holds for the rounds that follow.
    objects.copy(source, repository, NOW + timedelta(days=41), KEEP)

    assert after_the_loss == long_after == {*keys, "clinics/new"}
    assert set(objects.at(repository, None)) == {*keys[30:], "clinics/new"}


def test_a_chore_is_due_a_while_after_its_last_success_and_soon_after_a_failure() -> None:
    done: list[str] = []

    def fail_once() -> None:
        done.append("tried")
        if len(done) == 1:
            raise BackupFailed("the disk is full")

    chore = Chore("full", timedelta(hours=24), fail_once, last=lambda: NOW - timedelta(hours=23))

    assert not chore.is_due(NOW)
    assert chore.is_due(NOW + timedelta(hours=1))
    assert not chore.run(NOW + timedelta(hours=1))
    assert not chore.is_due(NOW + timedelta(hours=1, minutes=1))
    assert chore.is_due(NOW + timedelta(hours=1, minutes=2))
    assert chore.run(NOW + timedelta(hours=1, minutes=2))
    assert not chore.is_due(NOW + timedelta(hours=25))


def test_what_a_database_says_of_a_row_is_in_no_report_and_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    def meet_a_row(_subject: object = None) -> dict[str, object]:
        raise psycopg2.errors.CheckViolation("Failing row contains (1, Zanzibarova)")

    outcome = drill._outcome("migrations", meet_a_row, None)
    Chore("verify", timedelta(hours=24), meet_a_row).run(NOW)

    assert (outcome["passed"], outcome["problem"]) == (False, "CheckViolation")
    assert "Zanzibarova" not in capsys.readouterr().out


def test_a_chore_that_is_broken_ends_no_service() -> None:
    chore = Chore("drill", timedelta(hours=24), {}.popitem)

    assert not chore.run(NOW)
    assert chore.is_due(NOW + timedelta(minutes=2))


def test_the_status_is_what_the_metrics_read(tmp_path: Path) -> None:
    path = tmp_path / "status" / "status.json"
    one, another = Status(path), Status(path)

    one.succeeded("full", "keys", at=NOW)
    another.succeeded("wal", at=NOW)
    another.succeeded(DRILL, at=NOW)
    one.succeeded("full", at=NOW + timedelta(hours=1))

    assert json.loads(path.read_text()) == {
        "last_success": {"full": "2026-11-27T13:00:00+00:00", "keys": NOW.isoformat(), "wal": NOW.isoformat()},
        "drill_last_success": NOW.isoformat(),
    }
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_status_that_was_cut_off_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text('{"last_success": {"fu')

    Status(path).succeeded("audio", at=NOW)

    assert json.loads(path.read_text()) == {"last_success": {"audio": NOW.isoformat()}}


def test_a_drill_sweeps_up_what_a_killed_one_left_and_nothing_of_one_that_runs(tmp_path: Path) -> None:
    (tmp_path / "scribe-drill-left" / "pgdata").mkdir(parents=True)

    with drill._scratch(tmp_path) as first, drill._scratch(tmp_path) as second:
        there = set(tmp_path.iterdir())

    assert there == {first, second}
    assert list(tmp_path.iterdir()) == []
