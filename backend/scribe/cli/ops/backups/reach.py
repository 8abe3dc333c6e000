"""Whether the log that is kept goes all the way to a moment, or breaks off before it."""

from datetime import datetime

from scribe.cli.ops.backups import wal
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.sets import BackupSet


def gap(repository: Repository, known: list[BackupSet], chosen: BackupSet, moment: datetime | None) -> str | None:
    """Why the log from the set on may break off before the moment (by default, now), in words; None where it does not.

    Where the log reaches the moment all the same, a restore to it is whole: only replaying it tells.
    """
    # While the log is received, a later piece of it may be listed without the one that came before.
    return _gap(wal.held(repository), known, chosen, moment) and _gap(wal.held(repository), known, chosen, moment)


def _gap(
    pieces: dict[str, list[wal.Piece]], known: list[BackupSet], chosen: BackupSet, moment: datetime | None
) -> str | None:
    covered = wal.covered_until(pieces, chosen.timeline, chosen.start_lsn)
    if moment is not None and any(
        each.timeline == chosen.timeline and each.started_at >= moment and each.start_lsn <= covered for each in known
    ):
        # A later set begins where this log still goes: the moment lies before.
        return None
    what = None
    if covered < (wal.newest(pieces, chosen.timeline) or 0):
        what = f"The log has a hole at {wal.segment_of(chosen.timeline, covered)}"
    elif other := _taken_over_by(pieces, known, chosen):
        what = f"The database went on in timeline {other}, and no set of that one is there for this moment"
    return what and (
        f"{what}: set {chosen.id} leads only to the last state before it, and what was committed later would be "
        "missing. Name a moment before it with --to-time, or accept that state with --up-to-the-gap."
    )


def _taken_over_by(pieces: dict[str, list[wal.Piece]], known: list[BackupSet], chosen: BackupSet) -> int | None:
    """A later timeline, as each restore begins one, that the server went over to after the set was made."""
    # One that has an older set was given up for the set's.
    given_up = {each.timeline for each in known if each.finished_at <= chosen.finished_at}
    later = {number for number in map(wal.timeline_of, pieces) if number > chosen.timeline} - given_up
    return max(later, default=None)
