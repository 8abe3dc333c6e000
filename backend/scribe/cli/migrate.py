"""`scribe migrate`: bring the database to this version's schema."""

from pathlib import Path

import typer
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from scribe.cli.environment import settings_or_exit
from scribe.db.migrating import MigrationGaveUp

BACKEND = Path(__file__).parents[2]


def migrate() -> None:
    """Apply the migrations that are missing, as the owner of the tables (DATABASE_OWNER_URL)."""
    url = settings_or_exit().database.database_owner_url.get_secret_value()
    if not url:
        typer.echo("DATABASE_OWNER_URL is not set: migrations run as the role that owns the tables.", err=True)
        raise typer.Exit(2)
    if later := _later_revisions(url):
        typer.echo(f"The database is of a later version ({later}), which this one can live with. Nothing was changed.")
        return
    config = Config(str(BACKEND / "alembic.ini"))
    config.attributes["url"] = url
    try:
        command.upgrade(config, "head")
    except MigrationGaveUp as given_up:
        typer.echo(str(given_up), err=True)
        raise typer.Exit(1) from None
    typer.echo("The database is up to date.")


def _later_revisions(url: str) -> str:
    """Where the database stands, if this version knows nothing of that: it was a later one, and was taken back."""
    known = {script.revision for script in ScriptDirectory(str(BACKEND / "migrations")).walk_revisions()}
    with create_engine(url, poolclass=NullPool).connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return ", ".join(sorted(set(found) - known))
