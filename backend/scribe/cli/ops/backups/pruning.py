"""Lets go of what is older than the time that backups are kept. What a kept set needs is kept with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scribe.cli.ops.backups import sets, wal
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.sets import BackupSet


@dataclass(frozen=True)
class Pruned:
    """What went."""

    sets: int
    segments: int
    others: int


def prune(repository: Repository, now: datetime, keep: timedelta) -> Pruned:
    """Drop old sets, the log before the oldest that is left, old dumps, bundles and reports. The newest always stay."""
    known = sets.all_of(repository)
    kept = needed(known, now - keep)
    for each in known:
        if each.id not in kept:
            # The `set` object first: from then on it is no set any more, only objects that are in nobody's way.
            repository.delete(f"{sets.place_of(each.id)}/set")
            for name in list(repository.names(f"{sets.place_of(each.id)}/")):
                repository.delete(name)
    segments = _prune_log(repository, [each for each in known if each.id in kept])
    others = sum(_prune_dated(repository, prefix, now - keep) for prefix in ("dumps/", "keys/", "reports/"))
    return Pruned(len(known) - len(kept), segments, others)


def needed(known: list[BackupSet], since: datetime) -> set[str]:
    """The sets that a restore to any moment from `since` on can need: the last one before, and all after it."""
    before = [each for each in known if each.finished_at <= since]
    wanted = [each for each in known if each.finished_at > since] + before[-1:]
    return {link.id for each in wanted for link in sets.chain_of(known, each)}


def _prune_log(repository: Repository, kept: list[BackupSet]) -> int:
    if not kept:
        return 0
    oldest = min(each.start_lsn for each in kept)
    count = 0
    for segment, pieces in wal.held(repository).items():
        # By its place, not its name: an older timeline's log at the same place may be needed yet.
        if wal.start_of(segment) + wal.SEGMENT <= oldest:
            for piece in pieces:
                repository.delete(piece.name)
            count += 1
    return count


def _prune_dated(repository: Repository, prefix: str, before: datetime) -> int:
    """Things whose names begin with their day; all objects of one go together."""
    names = list(repository.names(prefix))
    things = sorted({name.split("/")[1] for name in names})
    old = {thing for thing in things[:-1] if thing[:8] < f"{before:%Y%m%d}"}
    for name in names:
        if name.split("/")[1] in old:
            repository.delete(name)
    return len(old)
