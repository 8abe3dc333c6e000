"""From the repository back to a database, audio and keys. A place is filled only if nothing is in it."""

import contextlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from psycopg2 import sql

from scribe.cli.ops.backups import objects, programs, reach, sets, wal
from scribe.cli.ops.backups.errors import BackupFailed, Tampered
from scribe.cli.ops.backups.parts import PartReader
from scribe.cli.ops.backups.recovery import LOG_PLACE, RecoveryServer
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.sets import BackupSet
from scribe.storage.base import ObjectStore

# In a place that is being filled. What a killed restore left behind is told from data by it.
MARK = ".scribe-restore"
_IGNORED = {MARK, "lost+found"}
# PostgreSQL does not start without what is in it: it is put in its place last.
_LAST = "global"
_AT_ONCE = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Restored:
    """What came back."""

    set_id: str
    # The last change that is in it, by the server's clock; None where there was none since the set was made.
    last_commit_at: datetime | None


def refuse_unless_free(place: Path) -> None:
    """Only an empty place is filled, or one that a restore began to fill and did not finish."""
    try:
        there = {entry.name for entry in place.iterdir()} if place.exists() else set()
    except OSError as error:
        raise BackupFailed(f"{place} cannot be read: {error.strerror}.") from error
    if there - _IGNORED and MARK not in there:
        raise BackupFailed(
            f"{place} is not empty. A restore overwrites nothing: move what is there away, or name another."
        )


@contextlib.contextmanager
def filling(place: Path) -> Iterator[Path]:
    """A place to work in, beside what is to be filled; the mark goes when all is done."""
    refuse_unless_free(place)
    place.mkdir(parents=True, exist_ok=True)
    for left in place.iterdir():
        if left.name != "lost+found":
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    mark = place / MARK
    mark.mkdir(mode=0o700)
    yield mark
    shutil.rmtree(mark)


def plan(
    repository: Repository, moment: datetime | None, *, up_to_the_gap: bool = False
) -> tuple[list[BackupSet], str | None]:
    """The sets that lead to the moment, and the gap in the log that may lie before it.

    The newest state is refused where it is known to be beyond a gap, unless the state before the gap is good enough.
    """
    known = sets.all_of(repository)
    chosen = sets.for_moment(known, moment)
    gap = None if up_to_the_gap else reach.gap(repository, known, chosen, moment)
    if moment is None and gap is not None:
        raise BackupFailed(gap)
    return sets.chain_of(known, chosen), gap


def database(
    repository: Repository,
    place: Path,
    moment: datetime | None,
    passwords: dict[str, str] | None = None,
    *,
    up_to_the_gap: bool = False,
) -> Restored:
    """The database's files as of the moment, in `place`: a data directory that any PostgreSQL 17 starts on."""
    chain, gap = plan(repository, moment, up_to_the_gap=up_to_the_gap)
    chosen = chain[-1]
    with filling(place) as work:
        whole = _files(repository, chain, work)
        _lay_out_log(repository, chosen, whole / LOG_PLACE)
        whole.chmod(0o700)
        # The mark's directory is entered by PostgreSQL's own user.
        work.chmod(0o711)
        place.chmod(0o711)
        with RecoveryServer(whole) as server:
            server.recover(moment, gap)
            last = _last_commit(server)
            _set_passwords(server, passwords or {})
        _move(whole, place)
    return Restored(chosen.id, last)


def audio(repository: Repository, moment: datetime | None, target: ObjectStore) -> int:
    """Every object of the moment into the store, which must hold none yet."""
    there = set(target.keys(objects.PREFIX))
    copies = objects.Copies(repository)
    wanted = set(objects.at(repository, moment))
    if there - wanted:
        raise BackupFailed("The audio store is not empty. A restore overwrites nothing: empty it, or name another.")

    def bring(key: str) -> None:
        target.put(key, copies.get(key))

    # What a killed restore had brought already is what it should be: a put is whole or not there.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(bring, sorted(wanted - there)))
    return len(wanted)


def _files(repository: Repository, chain: list[BackupSet], work: Path) -> Path:
    """Each set's files, checked against its manifest, and put together."""
    places = []
    for number, each in enumerate(chain):
        places.append(work / f"set-{number}")
        places[-1].mkdir()
        with tarfile.open(fileobj=PartReader(repository, each.parts), mode="r|", bufsize=1024 * 1024) as archive:
            # The first releases of Python 3.11 have no filters yet; what is unpacked was sealed by us.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(places[-1])  # noqa: S202 - see above
        _run("pg_verifybackup", "--no-parse-wal", "--quiet", places[-1])
    if len(places) == 1:
        return places[0]
    whole = work / "whole"
    _run("pg_combinebackup", *places, f"--output={whole}", "--no-sync")
    for place in places:
        shutil.rmtree(place)
    return whole


def _lay_out_log(repository: Repository, chosen: BackupSet, place: Path) -> None:
    """The log from the set on, as PostgreSQL's restore command will ask for it."""
    place.mkdir()
    pieces = wal.held(repository)
    if wal.covered_until(pieces, chosen.timeline, chosen.start_lsn) < chosen.end_lsn:
        raise Tampered(
            f"The log that set {chosen.id} needs is not all there: `scribe ops verify` names what is missing."
        )
    at = chosen.start_lsn
    while at < (end := wal.covered_until(pieces, chosen.timeline, at)):
        segment = wal.segment_of(chosen.timeline, at)
        body = wal.read(repository, pieces[segment])
        (place / segment.upper()).write_bytes(body.ljust(wal.SEGMENT, b"\0"))
        at = min(end, wal.start_of(segment) + wal.SEGMENT)


def _last_commit(server: RecoveryServer) -> datetime | None:
    with contextlib.closing(server.connect("postgres")) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT pg_last_xact_replay_timestamp()")
        row = cursor.fetchone()
        found: datetime | None = row[0] if row else None
        return found


def _set_passwords(server: RecoveryServer, passwords: dict[str, str]) -> None:
    """The roles have the passwords that this server's settings say, whatever they had."""
    with contextlib.closing(server.connect("postgres")) as connection:
        cursor = connection.cursor()
        for role, password in passwords.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            if cursor.fetchone():
                statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
                cursor.execute(statement)


def _move(whole: Path, place: Path) -> None:
    """Everything to its place, the control file last."""
    for entry in sorted(whole.iterdir(), key=lambda each: each.name == _LAST):
        entry.rename(place / entry.name)
    place.chmod(0o700)
    owner = whole.stat()
    if os.geteuid() == 0:
        os.chown(place, owner.st_uid, owner.st_gid)
    # Once for all files: each by itself takes longer than everything else.
    os.sync()


def _run(name: str, *arguments: str | Path) -> None:
    if complaint := programs.run(name, *arguments):
        raise Tampered(f"These files are refused. {complaint}")
