"""Alembic's entry: runs as the owner role, bounded by lock and statement time-outs."""

import os
from functools import partial

import typer
from alembic import context
from sqlalchemy import Connection

from scribe.cli.schema import Base
from scribe.db.migrating import Bounds, apply_within


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Leave the job queue's tables to the library that owns them."""
    return not (type_ == "table" and name is not None and name.startswith("procrastinate_"))


def apply(connection: Connection) -> None:
    """Apply what is asked for, each migration in its own transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


attributes = context.config.attributes
apply_within(
    attributes.get("bounds") or Bounds(),
    attributes.get("url") or os.environ["DATABASE_OWNER_URL"],
    apply,
    partial(typer.echo, err=True),
)
