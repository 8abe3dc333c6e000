"""A log that breaks off is not taken for the end of what was committed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scribe.cli.ops.backups import reach, restoring, sets, wal
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.rounds import Backups
from scribe.cli.ops.backups.sets import BackupSet
from tests.backups.source import Source, receiving, rows, wait_for_log

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = BackupSet(
    id="first",
    kind="full",
    parent=None,
    system_id="1",
    timeline=1,
    started_at=NOON,
    finished_at=NOON,
    start_lsn=wal.SEGMENT + 5,
    end_lsn=wal.SEGMENT + 6,
    schema_version="0010",
    plain_bytes=0,
)


def keep_log(repository: Repository, timeline: int, *numbers: int, start: int = 0) -> None:
    for number in numbers:
        name = wal.segment_of(timeline, number * wal.SEGMENT)
        repository.put(wal.Piece(name, start, wal.SEGMENT).name, b"log")


def later(made: BackupSet, hours: int, **changes: int) -> BackupSet:
    return replace(made, id="later", started_at=NOON + hours * HOUR, finished_at=NOON + hours * HOUR, **changes)


def test_a_log_that_is_whole_has_no_gap(repository: Repository) -> None:
    keep_log(repository, 1, 1, 2, 3)

    assert reach.gap(repository, [FIRST], FIRST, None) is None
    assert reach.gap(repository, [FIRST], FIRST, NOON + HOUR) is None


@pytest.mark.parametrize("start", [0, 100])
def test_a_hole_is_named_but_for_a_moment_that_a_later_set_shows_to_be_before_it(
    repository: Repository, start: int
) -> None:
    keep_log(repository, 1, 1, 2)
    # A whole segment, or the start of the last one, is not there.
    keep_log(repository, 1, 4 if start == 0 else 3, start=start)
    before, after = later(FIRST, 1, start_lsn=2 * wal.SEGMENT), later(FIRST, 1, start_lsn=4 * wal.SEGMENT)

    assert wal.segment_of(1, 3 * wal.SEGMENT) in (reach.gap(repository, [FIRST], FIRST, None) or "")
    assert reach.gap(repository, [FIRST, after], FIRST, NOON + HOUR / 2) is not None
    assert reach.gap(repository, [FIRST, before], FIRST, NOON + HOUR / 2) is None
    assert reach.gap(repository, [FIRST, before], before, NOON + 2 * HOUR) is not None


def test_a_timeline_without_a_set_is_a_gap_until_it_has_one(repository: Repository) -> None:
    keep_log(repository, 1, 1, 2)
    keep_log(repository, 2, 2, 3)
    sets.keep(repository, FIRST)

    with pytest.raises(BackupFailed, match=r"timeline 2.*--up-to-the-gap"):
        restoring.plan(repository, None)
    accepted = restoring.plan(repository, None, up_to_the_gap=True)
    second = later(FIRST, 2, timeline=2, start_lsn=3 * wal.SEGMENT, end_lsn=3 * wal.SEGMENT + 1)
    sets.keep(repository, second)

    assert accepted == ([FIRST], None)
    assert restoring.plan(repository, None) == ([second], None)
    assert "timeline 2" in (restoring.plan(repository, NOON + HOUR)[1] or "")


def test_a_timeline_that_was_given_up_for_the_one_before_is_no_gap(repository: Repository) -> None:
    keep_log(repository, 1, 1, 2)
    keep_log(repository, 2, 2)
    again = later(FIRST, 3)

    assert reach.gap(repository, [FIRST, later(FIRST, 2, timeline=2), again], again, None) is None


def test_a_restore_stops_at_a_hole_only_where_the_operator_accepts_it(
    source: Source, backups: Backups, place: Path
) -> None:
    with receiving(backups):
        made = backups.copy_database("full")
        source.query("CREATE TABLE holed AS SELECT 1 AS n")
        before = source.now()
        source.query("INSERT INTO holed VALUES (2)")
        source.query("SELECT pg_switch_wal()")
        source.query("INSERT INTO holed VALUES (3)")
        lost = wal.segment_of(made.timeline, wal.parse_lsn(source.query("SELECT pg_current_wal_lsn()")[0][0]))
        source.query("SELECT pg_switch_wal()")
        source.query("INSERT INTO holed VALUES (4)")
        after = source.now()
        wait_for_log(backups.repository, after)
    for piece in wal.held(backups.repository)[lost]:
        backups.repository.delete(piece.name)

    with pytest.raises(BackupFailed, match=lost):
        restoring.database(backups.repository, place / "newest", None)
    with pytest.raises(BackupFailed, match=lost):
        restoring.database(backups.repository, place / "after", after)
    restoring.database(backups.repository, place / "before", before)
    restoring.database(backups.repository, place / "after", after, up_to_the_gap=True)
    restoring.database(backups.repository, place / "newest", None, up_to_the_gap=True)
    source.query("DROP TABLE holed")

    assert not (place / "newest" / restoring.MARK).exists()
    assert rows(place / "before", "holed") == [1]
    assert rows(place / "after", "holed") == [1, 2]
    assert rows(place / "newest", "holed") == [1, 2]
