"""`scribe ops verify`, `restore` and `drill`: prove that backups are whole, and come back from them."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from scribe.cli.ops.asking import backup_settings_or_exit, backups_or_exit, in_plain_words, moment_of, secret_of
from scribe.cli.ops.backups import dumps, keys, places, received, reports, restoring, verifying
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import open_repository
from scribe.cli.ops.backups.server import Server
from scribe.core.settings import BackupSettings


def verify(
    every_set: Annotated[bool, typer.Option("--all", help="Every set, not only the newest and what it needs.")] = False,
    audio_objects: Annotated[int | None, typer.Option(help="Read only so many of the audio's copies.")] = None,
    recovery_key: Annotated[Path | None, typer.Option(help="Its file: open the bundle of keys, too.")] = None,
    report: Annotated[Path | None, typer.Option(help="Only check the signature of a drill's report.")] = None,
    signed_by: Annotated[
        str | None, typer.Option(help="With --report: the public key that `backup list` prints.")
    ] = None,
) -> None:
    """Read the backups again and check every hash. Exits with 0 if all is whole, 1 if anything is not."""
    if report is not None:
        _verify_report(report, signed_by)
        return
    backups = backups_or_exit()
    with in_plain_words():
        secrets = keys.secrets_here()
        found = verifying.verify(
            backups.repository, backups.ours, secrets, every_set=every_set, at_most_objects=audio_objects
        )
        private = secret_of(recovery_key)
        if private is not None:
            found.problems += verifying.verify_bundle(backups.ours, private, secrets)
    typer.echo(f"Read {found.sets} sets, {found.segments} log segments, {found.objects} audio objects.")
    for problem in found.problems:
        typer.echo(f"NOT WHOLE: {problem}", err=True)
    if found.problems:
        raise typer.Exit(1)
    typer.echo("All whole.")


def restore(
    target: Annotated[
        Path, typer.Argument(help="Where to: pgdata, objects and secrets in it must be empty or absent.")
    ],
    to_time: Annotated[str | None, typer.Option(help="A moment with its zone (default: the newest).")] = None,
    recovery_key: Annotated[
        Path | None, typer.Option(help="Its file: takes BACKUP_KEY and all else from the bundle.")
    ] = None,
    as_home: Annotated[bool, typer.Option("--embedded", help="Make the target a home of `scribe demo`.")] = False,
    audio_to_store: Annotated[
        bool, typer.Option("--audio-to-store", help="Audio to the store of STORAGE_BACKEND, not to TARGET/objects.")
    ] = False,
    without_audio: Annotated[bool, typer.Option("--without-audio", help="The database (and keys) only.")] = False,
    up_to_the_gap: Annotated[
        bool, typer.Option("--up-to-the-gap", help="Where log is missing: the last state before that is good enough.")
    ] = False,
    dump: Annotated[
        str | None, typer.Option(help="Instead: fill the empty database of BACKUP_DATABASE_URL from a dump.")
    ] = None,
) -> None:
    """Bring back the database, audio and keys. Nothing is ever overwritten."""
    moment, wanted = moment_of(to_time), backup_settings_or_exit()
    with in_plain_words():
        bundle = _from_bundle(wanted, secret_of(recovery_key))
        settings = backup_settings_or_exit()
        repository = open_repository(settings)
        if dump is not None:
            dumps.restore(repository, dump, Server(settings.backup_database_url.get_secret_value()))
            typer.echo(f"The database is filled from dump {dump}.")
            return
        until = received.until(repository)
        if moment is not None and until is not None and moment > until:
            raise BackupFailed(
                f"The backups reach until {until:%Y-%m-%d %H:%M:%S} UTC. For the newest state leave --to-time out."
            )
        restoring.plan(repository, moment, up_to_the_gap=up_to_the_gap)
        layout = places.embedded(target) if as_home else places.plain(target)
        layout.refuse_unless_free()
        layout.keep_secrets(bundle)
        # The database last: until it is there, the same command can be given again.
        if not without_audio:
            count = restoring.audio(repository, moment, layout.store(to_store=audio_to_store))
            typer.echo(f"Audio and documents: {count} objects.")
        done = restoring.database(
            repository, layout.data, moment, _passwords(settings, layout), up_to_the_gap=up_to_the_gap
        )
        layout.finish()
        typer.echo(f"Database: set {done.set_id}, last change of {done.last_commit_at or 'before the set'}.")
    typer.echo(f"Restored to {target}.")


def drill(
    at: Annotated[str | None, typer.Option(help="This moment (default: a random one of the last day).")] = None,
) -> None:
    """Restore to a scratch place, start it, check everything, write a signed report. Exits with 1 if a check fails."""
    moment, backups = moment_of(at), backups_or_exit()
    with in_plain_words():
        report = backups.drill(moment)
    typer.echo(json.dumps(report, indent=1))
    if not report["passed"]:
        raise typer.Exit(1)


def _verify_report(path: Path, public: str | None) -> None:
    if public is None:
        raise typer.BadParameter("--report needs --signed-by.")
    with in_plain_words():
        text = secret_of(path) or ""
    if not reports.is_genuine(text.encode(), public):
        typer.echo("NOT GENUINE: the report was changed, or signed by somebody else.", err=True)
        raise typer.Exit(1)
    typer.echo("Genuine.")


def _from_bundle(settings: BackupSettings, private: str | None) -> dict[str, str]:
    """The secrets of the bundle. Its backup key counts; else what this environment says already, as passwords do."""
    if private is None:
        return {}
    opened = keys.open_newest(settings, private) | {"BACKUP_RECOVERY_PUBLIC": keys.public_of(private)}
    for name, value in opened.items():
        os.environ[name] = value if name == "BACKUP_KEY" else os.environ.get(name) or value
    return opened


def _passwords(settings: BackupSettings, layout: places.Layout) -> dict[str, str]:
    """The roles' passwords as this server's settings, or the bundle, say them."""
    found = dict(layout.passwords)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "BACKUP_DATABASE_URL"):
        if url := os.environ.get(name):
            parsed = make_url(url)
            if parsed.username and parsed.password:
                found.setdefault(parsed.username, str(parsed.password))
    if superuser := settings.restore_superuser_password.get_secret_value():
        found.setdefault("postgres", superuser)
    return found
