"""Reads what is kept again, byte by byte, and says what is missing or not what was put there."""

import random
from dataclasses import dataclass, field

from scribe.cli.ops.backups import keys, objects, sets, wal
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.parts import checked_bodies
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.sets import BackupSet
from scribe.core.settings import BackupSettings
from scribe.storage.base import ObjectMissing


@dataclass
class Verified:
    """What was read, and what is wrong, in words."""

    sets: int = 0
    segments: int = 0
    objects: int = 0
    problems: list[str] = field(default_factory=list)


def verify(
    repository: Repository,
    settings: BackupSettings,
    secrets: dict[str, str],
    *,
    every_set: bool = False,
    at_most_objects: int | None = None,
) -> Verified:
    """The newest set with all that it builds upon (or every set), the log since, the audio, and the bundle of keys."""
    found = Verified()
    try:
        known = sets.all_of(repository)
        if not known:
            raise BackupFailed("There is no backup of the database.")
        checked = known if every_set else sets.chain_of(known, known[-1])
        for each in known if every_set else ():
            sets.chain_of(known, each)
    except BackupFailed as error:
        found.problems.append(str(error))
        return found
    for each in checked:
        found.sets += 1
        _collect(found, _read_set, repository, each)
    _verify_log(found, repository, checked)
    _verify_objects(found, repository, checked, at_most_objects)
    if not keys.is_current(repository, settings, secrets):
        found.problems.append("The newest bundle of keys is not of this server's keys: scribe ops backup once.")
    return found


def verify_bundle(settings: BackupSettings, private: str, secrets: dict[str, str]) -> list[str]:
    """What is wrong with the newest bundle, as the recovery key opens it."""
    opened = keys.open_newest(settings, private)
    return [f"{name} in the bundle is not this server's." for name in secrets if opened.get(name) != secrets[name]]


def _collect(found: Verified, read: object, *arguments: object) -> None:
    try:
        read(*arguments)  # type: ignore[operator]
    except BackupFailed as error:
        found.problems.append(str(error))
    except ObjectMissing:
        found.problems.append("An object went while it was read.")


def _read_set(repository: Repository, each: BackupSet) -> None:
    for _ in checked_bodies(repository, each.parts):
        pass
    if repository.find(f"{sets.place_of(each.id)}/manifest") is None:
        raise BackupFailed(f"Set {each.id} has no manifest.")


def _verify_log(found: Verified, repository: Repository, checked: list[BackupSet]) -> None:
    """Each set has the log that it needs, and from the oldest on there is no hole."""
    pieces = wal.held(repository)
    for each in checked:
        if wal.covered_until(pieces, each.timeline, each.start_lsn) < each.end_lsn:
            found.problems.append(f"Set {each.id} lacks the log that makes it consistent.")
    for timeline in sorted({each.timeline for each in checked}):
        start = min(each.start_lsn for each in checked if each.timeline == timeline)
        end, reached = wal.newest(pieces, timeline), wal.covered_until(pieces, timeline, start)
        if end is not None and reached < end:
            missing = wal.segment_of(timeline, reached)
            found.problems.append(
                f"The log has a hole at {missing}: no moment after it can be restored from before it."
            )
        for segment in sorted(pieces):
            if wal.timeline_of(segment) == timeline and wal.start_of(segment) + wal.SEGMENT > start:
                found.segments += 1
                _collect(found, wal.read, repository, pieces[segment])


def _verify_objects(found: Verified, repository: Repository, checked: list[BackupSet], at_most: int | None) -> None:
    copies = objects.Copies(repository)
    there = list(copies.keys(objects.PREFIX))
    held = set(there)
    for each in checked:
        if each.kind == "full" and repository.find(f"{sets.place_of(each.id)}/objects") is not None:
            for key in objects.noted(repository, sets.place_of(each.id)):
                if key not in held and not objects.is_dropped(repository, key):
                    found.problems.append(f"objects/{key} is missing.")
    if at_most is not None and len(there) > at_most:
        there = random.SystemRandom().sample(there, at_most)
    for key in there:
        found.objects += 1
        _collect(found, copies.get, key)
