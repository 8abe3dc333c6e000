"""`scribe migrate`: bring the database to this version's schema."""

from pathlib import Path

import typer
from alembic import command
from alembic.config import Config

from scribe.cli.environment import settings_or_exit
from scribe.db.migrating import MigrationGaveUp

BACKEND = Path(__file__).parents[2]


def migrate() -> None:
    """Apply the migrations that are missing, as the owner of the tables (DATABASE_OWNER_URL)."""
    url = settings_or_exit().database.database_owner_url.get_secret_value()
    if not url:
        typer.echo("DATABASE_OWNER_URL is not set: migrations run as the role that owns the tables.", err=True)
        raise typer.Exit(2)
    config = Config(str(BACKEND / "alembic.ini"))
    config.attributes["url"] = url
    try:
        command.upgrade(config, "head")
    except MigrationGaveUp as given_up:
        typer.echo(str(given_up), err=True)
        raise typer.Exit(1) from None
    typer.echo("The database is up to date.")
