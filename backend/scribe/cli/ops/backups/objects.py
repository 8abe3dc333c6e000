"""Audio and documents: each object copied once, and kept for a while after Scribe deleted it."""

import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from scribe.cli.ops.backups.errors import BackupFailed, Tampered
from scribe.cli.ops.backups.repository import Repository
from scribe.storage.base import ObjectMissing, ObjectStore

# All of Scribe's objects; what else is in the store is a probe of its health.
PREFIX = "clinics/"
_COPIES = "objects/"
_GONE = "gone"
_AT_ONCE = 4
# Scribe itself deletes a file only where another takes its place: so many at once are a store that lost them.
_LOST_AT_LEAST, _LOST_PART = 20, 100


@dataclass(frozen=True)
class Copied:
    """What a round did."""

    copied: int
    copied_bytes: int
    dropped: int
    kept: int


def copy(
    source: ObjectStore, repository: Repository, now: datetime, keep: timedelta, *, were_deleted: bool = False
) -> Copied:
    """Copy what is new; drop what was deleted at the source long enough ago. An object never changes under its key.

    Where more went at once than Scribe deletes, nothing counts as deleted, unless the operator says that it was.
    """
    have, there = set(_copies(repository)), set(source.keys(PREFIX))
    if have and not there:
        raise BackupFailed("The audio store is empty, and its copies are not: is STORAGE_ROOT, or S3_BUCKET, right?")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sizes = [
            size for size in pool.map(lambda key: _copy_one(source, repository, key), sorted(there - have)) if size
        ]
    gone = _gone(repository)
    if not were_deleted:
        _refuse_a_loss(have, have - there - set(gone))
    now_gone = {key: gone.get(key, now) for key in have - there}
    expired = [key for key, since in now_gone.items() if now - since > keep]
    for key in expired:
        repository.delete(_COPIES + key)
        del now_gone[key]
    if now_gone != gone:
        written = {key: since.isoformat() for key, since in now_gone.items()}
        repository.put(_GONE, zlib.compress(json.dumps(written).encode()), passing=True)
    return Copied(len(sizes), sum(sizes), len(expired), len(have | there) - len(expired))


def note_all(source: ObjectStore, repository: Repository, place: str) -> None:
    """Write down, with a set, which objects there are: a copy that is deleted later is missed by `verify`."""
    listed = sorted(set(source.keys(PREFIX)) & set(_copies(repository)))
    repository.put(f"{place}/objects", zlib.compress("\n".join(listed).encode()))


def noted(repository: Repository, place: str) -> list[str]:
    """What was there when the set was made."""
    return zlib.decompress(repository.get(f"{place}/objects")).decode().split()


def at(repository: Repository, moment: datetime | None) -> Iterator[str]:
    """The objects of that moment: all that are kept, but those which had been deleted by then."""
    gone = _gone(repository)
    for key in _copies(repository):
        since = gone.get(key)
        if since is None or (moment is not None and since > moment):
            yield key


def is_dropped(repository: Repository, key: str) -> bool:
    """Whether an object that is not among the copies had rightly been deleted."""
    return key in _gone(repository)


class Copies:
    """The copies, read as Scribe reads its own store; nothing can be written."""

    name = "backup"

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def put(self, key: str, body: bytes | BinaryIO) -> None:
        """Refused."""
        raise NotImplementedError

    def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of the object, or `ObjectMissing`, or `Tampered`."""
        return self._repository.get(_COPIES + key)[start:end]

    def size(self, key: str) -> int:
        """Bytes of the object, or `ObjectMissing`."""
        return len(self.get(key))

    def delete(self, key: str) -> None:
        """Refused."""
        raise NotImplementedError

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with the prefix."""
        return (key for key in _copies(self._repository) if key.startswith(prefix))

    def check(self) -> None:
        """Nothing can be put."""
        raise NotImplementedError


def _copies(repository: Repository) -> Iterator[str]:
    return (name.removeprefix(_COPIES) for name in repository.names(_COPIES))


def _copy_one(source: ObjectStore, repository: Repository, key: str) -> int:
    try:
        body = source.get(key)
    except ObjectMissing:
        # Deleted since it was listed.
        return 0
    repository.put(_COPIES + key, body)
    return len(body)


def _refuse_a_loss(have: set[str], newly_gone: set[str]) -> None:
    if len(newly_gone) > max(_LOST_AT_LEAST, len(have) // _LOST_PART):
        raise BackupFailed(
            f"{len(newly_gone):,} of {len(have):,} objects have gone from the audio store since the last round. Their "
            "copies are kept as if nothing had been deleted. Was the store damaged, or is it another one? If they "
            "were deleted on purpose: scribe ops backup once --audio-was-deleted."
        )


def _gone(repository: Repository) -> dict[str, datetime]:
    body = repository.find(_GONE)
    if body is None:
        return {}
    try:
        found: dict[str, str] = json.loads(zlib.decompress(body))
    except (ValueError, zlib.error) as error:
        raise Tampered("The list of deleted objects cannot be read.") from error
    return {key: datetime.fromisoformat(since) for key, since in found.items()}
