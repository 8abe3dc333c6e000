"""A database at any migration, what its catalogue holds, and what a migration takes from the version before."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from scribe.cli.embedded.postgres import APP_ROLE
from scribe.db.migrating import Bounds
from tests.conftest import BACKEND

_EVERYTHING = {
    "column": "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length,"
    " is_nullable, column_default) FROM information_schema.columns WHERE table_schema = 'public'",
    "constraint": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "index": "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) || indisvalid FROM pg_index"
    " JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace",
    "trigger": "SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "policy": "SELECT tablename || '.' || policyname, concat_ws(' ', qual, with_check, cmd, roles) FROM pg_policies",
    "function": "SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "type": "SELECT typname::text, typtype::text FROM pg_type WHERE typnamespace = 'public'::regnamespace",
    "table privilege": "SELECT table_name || ' ' || privilege_type, grantee::text"
    f" FROM information_schema.table_privileges WHERE grantee = '{APP_ROLE}'",
    "column privilege": "SELECT table_name || '.' || column_name || ' ' || privilege_type, grantee::text"
    f" FROM information_schema.column_privileges WHERE grantee = '{APP_ROLE}'",
    "security": "SELECT oid::regclass::text, relrowsecurity::text || relforcerowsecurity FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
}

Catalogue = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Moment:
    """The schema, and the tables' files."""

    catalogue: Catalogue
    files: dict[str, int]


@dataclass
class Steps:
    """One database, and the migrations of a folder."""

    url: str
    app_url: str
    # A folder with more migrations than Scribe's.
    more: Path | None = None
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def revisions(self) -> list[str]:
        """All migrations, the first one first."""
        found = ScriptDirectory.from_config(self._config()).walk_revisions()
        return [script.revision for script in found][::-1]

    def module(self, revision: str) -> object:
        """A migration's file."""
        return ScriptDirectory.from_config(self._config()).get_revision(revision).module

    def up(self, revision: str = "head") -> None:
        command.upgrade(self._config(), revision)

    def down(self, revision: str) -> None:
        command.downgrade(self._config(), revision)

    def now(self) -> str | None:
        """Which migration was the last."""
        with self.connect() as connection:
            return connection.scalar(text("SELECT version_num FROM alembic_version"))

    def catalogue(self) -> Catalogue:
        """All that the schema promises, by kind and name."""
        with self.connect() as connection:
            return {
                (kind, name): definition
                for kind, query in _EVERYTHING.items()
                for name, definition in connection.execute(text(query))
                if "alembic_version" not in name
            }

    def files(self) -> dict[str, int]:
        """Which file on the disk each table has: another one, and it was written anew."""
        query = (
            "SELECT relname, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        with self.connect() as connection:
            return {row.relname: row.relfilenode for row in connection.execute(text(query))}

    def moment(self) -> Moment:
        return Moment(self.catalogue(), self.files())

    def connect(self) -> Connection:
        """As the tables' owner."""
        return create_engine(self.url, poolclass=NullPool).connect()

    def _config(self) -> Config:
        config = Config(str(BACKEND / "alembic.ini"))
        config.set_main_option("path_separator", "os")
        folders = [BACKEND / "migrations/versions", *([self.more] if self.more else [])]
        config.set_main_option("version_locations", os.pathsep.join(map(str, folders)))
        config.attributes.update(url=self.url, bounds=self.bounds)
        return config


def taken(before: Moment, after: Moment, heard: list[str]) -> list[str]:
    """Why the version before, which still runs meanwhile, could not work with this; empty: it does not notice."""
    found = [
        f"{kind} {name} is {'changed' if (kind, name) in after.catalogue else 'gone'}"
        for (kind, name), was in before.catalogue.items()
        if after.catalogue.get((kind, name)) != was
    ]
    for (kind, name), definition in after.catalogue.items():
        if (kind, name) in before.catalogue or name.partition(".")[0] not in before.files:
            continue
        if kind in {"constraint", "trigger", "policy"}:
            found.append(f"{kind} {name} refuses what was allowed")
        if kind == "column" and definition.split(" NO")[1:] == [""]:
            found.append(f"column {name} must be given, and the version before does not know it")
    found += [f"table {name} is written anew" for name, file in before.files.items() if after.files.get(name) != file]
    for statement in heard:
        index = re.match(
            r"\s*CREATE (UNIQUE )?INDEX (CONCURRENTLY )?.*? ON (\w+)", statement, re.IGNORECASE | re.DOTALL
        )
        if index and index.group(3) in before.files:
            found += [f"an index of {index.group(3)} is made while nobody may write"] if not index.group(2) else []
            found += [f"an index of {index.group(3)} refuses what was allowed"] if index.group(1) else []
    return sorted(found)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database meanwhile."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
