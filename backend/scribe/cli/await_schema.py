"""`scribe await-schema`: wait until the database has what this version needs. Pods start beside their migrations."""

import time
from typing import Annotated

import typer
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from scribe.cli.environment import session_factory, settings_or_exit
from scribe.cli.schema import Base

_LOOK_EVERY_SECONDS = 1.0
# By column, not by the migrations' number: old code finds all that it needs in a newer schema, too.
_COLUMNS = text(
    "SELECT relation.relname || '.' || attribute.attname FROM pg_attribute attribute"
    " JOIN pg_class relation ON relation.oid = attribute.attrelid"
    " WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind IN ('r', 'p')"
    " AND attribute.attnum > 0 AND NOT attribute.attisdropped"
)


def await_schema(
    seconds: Annotated[float, typer.Option(help="How long to wait before giving up.")] = 1800,
) -> None:
    """Wait until every table and column that this version knows is there. Changes nothing."""
    deadline = time.monotonic() + seconds
    said = ""
    with session_factory(settings_or_exit()) as sessions:
        while missing := _what_is_missing(sessions):
            if missing != said:
                said = missing
                typer.echo(f"Waiting for {missing}")
            if time.monotonic() > deadline:
                typer.echo("Gave up. Did `scribe migrate` run, and end well?", err=True)
                raise typer.Exit(1)
            time.sleep(_LOOK_EVERY_SECONDS)
    typer.echo("The database has what this version needs.")


def _what_is_missing(sessions: sessionmaker[Session]) -> str:
    try:
        with sessions() as session:
            found = set(session.scalars(_COLUMNS))
    except OperationalError:
        return "the database"
    wanted = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    missing = sorted(wanted - found)
    return f"{missing[0]} and {len(missing) - 1} others" if missing[1:] else "".join(missing)
