"""Backup sets: what each holds, and which of them a restore to a moment needs."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from scribe.cli.ops.backups.errors import BackupFailed, Tampered
from scribe.cli.ops.backups.parts import Part
from scribe.cli.ops.backups.repository import Repository
from scribe.storage.base import ObjectMissing

Kind = Literal["full", "incremental"]
_CLUSTER = "cluster"


@dataclass(frozen=True)
class BackupSet:
    """A copy of the database's files. It is there once its `set` object is, which is written last."""

    id: str
    kind: Kind
    # The set that an incremental one builds upon.
    parent: str | None
    system_id: str
    timeline: int
    # By the server's clock, which commits are stamped with.
    started_at: datetime
    finished_at: datetime
    # The log from here, at least until there, is needed to make the files consistent.
    start_lsn: int
    end_lsn: int
    schema_version: str
    plain_bytes: int
    parts: list[Part] = field(default_factory=list)

    @property
    def sealed_bytes(self) -> int:
        """What it takes in the repository."""
        return sum(part.size for part in self.parts)

    def dump(self) -> bytes:
        """As it is kept."""
        values = asdict(self) | {"started_at": self.started_at.isoformat(), "finished_at": self.finished_at.isoformat()}
        return json.dumps(values).encode()

    @classmethod
    def load(cls, body: bytes) -> "BackupSet":
        """From what is kept."""
        values: dict[str, Any] = json.loads(body)
        moments = {name: datetime.fromisoformat(values[name]) for name in ("started_at", "finished_at")}
        return cls(**values | moments | {"parts": [Part(**part) for part in values["parts"]]})


def place_of(set_id: str) -> str:
    """Where all of a set's objects are."""
    return f"sets/{set_id}"


def keep(repository: Repository, made: BackupSet) -> None:
    """From now on the set is there."""
    repository.put(f"{place_of(made.id)}/set", made.dump())


def all_of(repository: Repository) -> list[BackupSet]:
    """The sets that are whole, oldest first."""
    names = [name for name in repository.names("sets/") if name.endswith("/set")]
    return sorted((BackupSet.load(repository.get(name)) for name in names), key=lambda each: each.finished_at)


def unfinished(repository: Repository) -> list[str]:
    """The objects of sets that were never finished."""
    names = list(repository.names("sets/"))
    whole = {name.split("/")[1] for name in names if name.endswith("/set")}
    return [name for name in names if name.split("/")[1] not in whole]


def chain_of(sets: list[BackupSet], last: BackupSet) -> list[BackupSet]:
    """The set and what it builds upon, the full one first."""
    by_id, chain = {each.id: each for each in sets}, [last]
    while (parent := chain[0].parent) is not None:
        if parent not in by_id:
            raise Tampered(f"Set {chain[0].id} builds upon {parent}, which is missing.")
        chain.insert(0, by_id[parent])
    return chain


def for_moment(sets: list[BackupSet], moment: datetime | None) -> BackupSet:
    """The newest set that was finished before the moment (by default, the newest)."""
    usable = [each for each in sets if moment is None or each.finished_at <= moment]
    if not usable:
        reach = f"The oldest is of {sets[0].finished_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC." if sets else ""
        raise BackupFailed(f"There is no backup from before that moment. {reach}".strip())
    return usable[-1]


def refuse_another_cluster(repository: Repository, system_id: str) -> None:
    """One repository holds one database's backups; the first one names it."""
    try:
        found = repository.get(_CLUSTER).decode()
    except ObjectMissing:
        repository.put(_CLUSTER, system_id.encode())
        return
    if found != system_id:
        raise BackupFailed(
            "This repository holds the backups of another database. Use an empty one: set BACKUP_REPOSITORY anew."
        )
