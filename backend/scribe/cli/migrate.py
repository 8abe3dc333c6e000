"""`scribe migrate`: bring the database to this version's schema."""

from pathlib import Path

import typer
from alembic import command
from alembic.config import Config

from scribe.cli.environment import settings_or_exit

BACKEND = Path(__file__).parents[2]


def migrate() -> None:
    """Apply the migrations that are missing, as the owner of the tables (DATABASE_OWNER_URL)."""
    url = settings_or_exit().database.database_owner_url.get_secret_value()
    if not url:
        typer.echo("DATABASE_OWNER_URL is not set: migrations run as the role that owns the tables.", err=True)
        raise typer.Exit(2)
    config = Config(str(BACKEND / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    typer.echo("The database is up to date.")
