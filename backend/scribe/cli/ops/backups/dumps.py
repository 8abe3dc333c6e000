"""The plain way: pg_dump into the repository, pg_restore from it. Works across versions; knows one moment only."""

import contextlib
import json
import shutil
from datetime import UTC, datetime
from typing import IO, cast

from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.parts import Part, PartReader, PartWriter
from scribe.cli.ops.backups.programs import streaming
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.server import Server

_READ = 1024 * 1024


def names_of(repository: Repository) -> list[str]:
    """The dumps that are whole, oldest first."""
    return sorted(name.split("/")[1] for name in repository.names("dumps/") if name.endswith("/dump"))


def make(server: Server, repository: Repository, now: datetime) -> str:
    """Dump the database into the repository; the dump's name comes back."""
    name = f"{now.astimezone(UTC):%Y%m%dt%H%M%S}"
    writer = PartWriter(repository, f"dumps/{name}")
    with streaming("pg_dump", "--format=custom", "--compress=0", "--no-password", env=server.environment) as process:
        stream = cast("IO[bytes]", process.stdout)
        while piece := stream.read(_READ):
            writer.write(piece)
    listed = [part.as_json() for part in writer.finish()]
    repository.put(f"dumps/{name}/dump", json.dumps(listed).encode())
    return name


def restore(repository: Repository, name: str, server: Server) -> None:
    """Fill an empty database from a dump, in one transaction: after a failure it is empty still."""
    if name not in names_of(repository):
        raise BackupFailed(f"There is no dump {name}. There are: {', '.join(names_of(repository)) or 'none'}.")
    with contextlib.closing(server.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone() != (0,):
            raise BackupFailed("The database is not empty. A restore overwrites nothing: make an empty one.")
    parts = [Part(**part) for part in json.loads(repository.get(f"dumps/{name}/dump"))]
    options = ["--exit-on-error", "--single-transaction", "--no-password"]
    options.append(f"--dbname={server.environment['PGDATABASE']}")
    with streaming("pg_restore", *options, env=server.environment, feeds=True) as process:
        stream = cast("IO[bytes]", process.stdin)
        # Where it gives up, its own words say why.
        with contextlib.suppress(BrokenPipeError):
            shutil.copyfileobj(PartReader(repository, parts), stream, _READ)
            stream.close()
