"""What the backup commands have in common: settings, and a plain word where something is wrong."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import typer

from scribe.cli.embedded import home as homes
from scribe.cli.embedded.environment import RUNNING
from scribe.cli.environment import settings_or_exit
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.rounds import Backups, open_backups
from scribe.core import logging
from scribe.core.settings import BackupSettings, SettingsInvalid, load_backup
from scribe.storage.base import StoreUnavailable


@contextlib.contextmanager
def in_plain_words() -> Iterator[None]:
    """What went wrong is said in a line, and the command exits with 1."""
    try:
        yield
    except BackupFailed as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except StoreUnavailable as error:
        typer.echo("The store does not answer, refuses, or is full.", err=True)
        raise typer.Exit(1) from error
    except psycopg2.Error as error:
        typer.echo(f"The database does not answer as it should: {str(error).strip()}", err=True)
        raise typer.Exit(1) from error


def backups_or_exit() -> Backups:
    """Everything that is set; where nothing is, the embedded Scribe that runs here."""
    _take_embedded()
    settings = settings_or_exit()
    logging.configure(settings.logs)
    with in_plain_words():
        return open_backups(settings)


def backup_settings_or_exit() -> BackupSettings:
    """Only the backups' settings: a bare server has no others yet."""
    try:
        return load_backup()
    except SettingsInvalid as error:
        typer.echo(f"The settings cannot be used:\n{error}", err=True)
        raise typer.Exit(2) from error


def moment_of(text: str | None) -> datetime | None:
    """A moment as it is typed. It must say its zone: an hour's mistake restores another state."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("A moment looks like 2026-11-27T14:05:00+01:00.") from error
    if moment.tzinfo is None:
        raise typer.BadParameter("Say the zone, too: 2026-11-27T14:05:00+01:00, or ...Z for UTC.")
    return moment.astimezone(UTC)


def secret_of(path: Path | None) -> str | None:
    """The text of a file, where one is named."""
    if path is None:
        return None
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"{path} cannot be read.") from error


def _take_embedded() -> None:
    """The settings of the embedded Scribe that runs on this home, unless others are given."""
    path = homes.default_home() / RUNNING
    if "DATABASE_URL" in os.environ or "DATABASE_URL_FILE" in os.environ or not path.exists():
        return
    for name, value in json.loads(path.read_text()).items():
        os.environ.setdefault(name, value)
