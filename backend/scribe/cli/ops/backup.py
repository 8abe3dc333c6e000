"""`scribe ops backup`: make backups, once or all the time."""

import base64
import os
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scribe.cli.ops.asking import backups_or_exit, in_plain_words
from scribe.cli.ops.backups import dumps, keys, received, reports, rounds, sets, wal
from scribe.core import crypto

app = typer.Typer(help="Make backups.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    pass


@app.command()
def init(place: Annotated[Path, typer.Argument(help="A directory for the three files.")]) -> None:
    """Make the backup key and the recovery key. Only missing or empty files are filled."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    private, public = keys.new_recovery_key()
    made = {
        "backup_key": base64.b64encode(crypto.new_key()).decode(),
        "backup_recovery_public": public,
        "recovery_key": private,
    }
    if there := [name for name in made if _holds_something(place / name)]:
        typer.echo(f"{', '.join(there)} in {place} is there already. Nothing was made.", err=True)
        raise typer.Exit(1)
    for name, text in made.items():
        # An empty file keeps its owner: it was laid out for the container that reads it.
        descriptor = os.open(place / name, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text + "\n")
    typer.echo(
        f"Made in {place}:\n"
        "  backup_key              stays on the server: BACKUP_KEY_FILE\n"
        "  backup_recovery_public  stays on the server: BACKUP_RECOVERY_PUBLIC_FILE\n"
        "  recovery_key            print it, or put it into your password safe; then delete it here.\n"
        "Without recovery_key a lost server cannot be brought back: it alone opens the bundle of keys."
    )


@app.command()
def run() -> None:
    """Be the backup service: receive the log, make every kind of backup when it is due, and drill."""
    backups, stopping = backups_or_exit(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with in_plain_words():
        rounds.run(backups, stopping)


@app.command()
def once(
    full: Annotated[bool, typer.Option("--full/--incremental", help="All files, or what changed.")] = True,
    audio_was_deleted: Annotated[
        bool, typer.Option("--audio-was-deleted", help="Much audio is gone, and was deleted on purpose.")
    ] = False,
) -> None:
    """Make one backup of everything now. The service may run meanwhile."""
    backups = backups_or_exit()
    with in_plain_words():
        made = rounds.once(backups, "full" if full else "incremental", audio_was_deleted=audio_was_deleted)
    typer.echo(f"{made.id}: {made.plain_bytes:,} bytes of database, {made.sealed_bytes:,} kept. Audio and keys, too.")


@app.command()
def dump() -> None:
    """Dump the database the plain way (pg_dump), sealed, into the repository."""
    backups = backups_or_exit()
    with in_plain_words():
        typer.echo(dumps.make(backups.server, backups.repository, datetime.now(UTC)))


@app.command()
def prune() -> None:
    """Drop what is older than BACKUP_KEEP_DAYS. The service does it daily."""
    backups = backups_or_exit()
    with in_plain_words():
        gone = backups.prune()
    typer.echo(f"Dropped {gone.sets} sets, {gone.segments} log segments, {gone.others} dumps, bundles and reports.")


@app.command("list")
def list_all() -> None:
    """Say what there is, and between which moments it can be restored."""
    backups = backups_or_exit()
    repository = backups.repository
    with in_plain_words():
        known = sets.all_of(repository)
        for each in known:
            typer.echo(f"{each.id:<46} {each.finished_at:%Y-%m-%d %H:%M:%S} UTC {each.sealed_bytes:>15,} bytes")
        for name in dumps.names_of(repository):
            typer.echo(f"dump {name}")
        until = received.until(repository)
        segments = len(wal.held(repository))
        typer.echo(f"{len(known)} sets, {segments} log segments, {len(keys.names_of(repository))} bundles of keys")
        if known and until:
            typer.echo(f"Any moment from {known[0].finished_at:%Y-%m-%d %H:%M:%S} to {until:%Y-%m-%d %H:%M:%S} UTC")
        typer.echo(f"Reports are signed with {reports.public_key(backups.ours.key)}")


@app.command()
def stop() -> None:
    """Give up backups for good: the server no longer holds its log back for us. Stop the service first."""
    backups = backups_or_exit()
    with in_plain_words():
        typer.echo("The slot is gone." if backups.server.drop_slot() else "There is no slot.")


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
