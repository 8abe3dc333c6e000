"""Makes a set: a base backup, streamed into the repository with no plain copy of it on any disk."""

import contextlib
import json
import tarfile
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import IO, cast

import structlog

from scribe.cli.ops.backups import sets, wal
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.parts import PartWriter
from scribe.cli.ops.backups.programs import streaming
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.server import Server
from scribe.cli.ops.backups.sets import BackupSet, Kind

_MANIFEST = "backup_manifest"
_READ = 1024 * 1024
_WAL_SECONDS = 600

_log = structlog.get_logger(__name__)


class _Tee:
    """Lets tar's reader see the stream on its way to the repository."""

    def __init__(self, source: IO[bytes], writer: PartWriter) -> None:
        self._source, self._writer = source, writer

    def read(self, count: int) -> bytes:
        """The next bytes, which are kept as well."""
        piece = self._source.read(count)
        self._writer.write(piece)
        return piece


def make(server: Server, repository: Repository, kind: Kind) -> BackupSet:
    """A new set, kept. The caller holds `only_maker`, and somebody receives the log meanwhile.

    An incremental one becomes full where there is nothing that it could build upon.
    """
    identity = server.identity()
    sets.refuse_another_cluster(repository, identity.system_id)
    for name in sets.unfinished(repository):
        repository.delete(name)
    parent = _parent(repository, identity.timeline) if kind == "incremental" else None
    kind = "incremental" if parent else "full"
    started_at = server.now()
    set_id = f"{started_at.astimezone(UTC):%Y%m%dt%H%M%S}-{started_at.microsecond:06}-{kind}"
    writer = PartWriter(repository, sets.place_of(set_id))
    with _manifest_file(repository, parent) as old_manifest:
        manifest = _stream(server, writer, old_manifest)
    span = json.loads(manifest)["WAL-Ranges"][-1]
    finished_at = server.now()
    made = BackupSet(
        id=set_id,
        kind=kind,
        parent=parent.id if parent else None,
        system_id=identity.system_id,
        timeline=span["Timeline"],
        started_at=started_at,
        finished_at=finished_at,
        start_lsn=wal.parse_lsn(span["Start-LSN"]),
        end_lsn=wal.parse_lsn(span["End-LSN"]),
        schema_version=server.schema_version(),
        plain_bytes=writer.plain_bytes,
        parts=writer.finish(),
    )
    repository.put(f"{sets.place_of(set_id)}/manifest", manifest)
    _wait_for_log(repository, made)
    sets.keep(repository, made)
    _log.info("backup_made", set=made.id, plain_bytes=made.plain_bytes, sealed_bytes=made.sealed_bytes)
    return made


def _parent(repository: Repository, timeline: int) -> BackupSet | None:
    """The newest set, where the log since then is whole: else the next backup must stand alone."""
    found = [each for each in sets.all_of(repository) if each.timeline == timeline]
    return found[-1] if found and is_followed(repository, found[-1]) else None


def is_followed(repository: Repository, made: BackupSet) -> bool:
    """Whether the log is there without a hole from the set until now."""
    pieces = wal.held(repository)
    return wal.covered_until(pieces, made.timeline, made.start_lsn) == wal.newest(pieces, made.timeline)


@contextlib.contextmanager
def _manifest_file(repository: Repository, parent: BackupSet | None) -> Iterator[Path | None]:
    if parent is None:
        yield None
        return
    with tempfile.NamedTemporaryFile(prefix="scribe-manifest-") as file:
        file.write(repository.get(f"{sets.place_of(parent.id)}/manifest"))
        file.flush()
        yield Path(file.name)


def _stream(server: Server, writer: PartWriter, old_manifest: Path | None) -> bytes:
    """Stream a base backup to the writer; its manifest comes back."""
    options = ["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--manifest-checksums=SHA256"]
    options += ["--no-estimate-size", "--no-password"]
    if old_manifest is not None:
        options.append(f"--incremental={old_manifest}")
    with streaming("pg_basebackup", *options, env=server.environment) as process:
        manifest = _manifest_of(cast("IO[bytes]", process.stdout), writer)
    if manifest is None:
        raise BackupFailed("pg_basebackup's stream ended early.")
    return manifest


def _manifest_of(stream: IO[bytes], writer: PartWriter) -> bytes | None:
    tee, manifest = _Tee(stream, writer), None
    # Where it breaks off, the program's own words say why.
    with (
        contextlib.suppress(tarfile.TarError),
        tarfile.open(fileobj=cast("IO[bytes]", tee), mode="r|", bufsize=_READ) as archive,
    ):
        for member in archive:
            if member.name == _MANIFEST and (file := archive.extractfile(member)):
                manifest = file.read()
    while tee.read(_READ):
        pass
    return manifest


def _wait_for_log(repository: Repository, made: BackupSet) -> None:
    """Until the log that makes the files consistent is kept, too."""
    deadline = time.monotonic() + _WAL_SECONDS
    while wal.covered_until(wal.held(repository), made.timeline, made.start_lsn) < made.end_lsn:
        if time.monotonic() > deadline:
            raise BackupFailed(
                "The write-ahead log does not arrive. Is the `backup` service running, and its store well?"
            )
        time.sleep(0.3)
