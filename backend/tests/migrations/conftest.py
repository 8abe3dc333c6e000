import contextlib
import itertools
import os
from collections.abc import Iterator

import pytest

from scribe.cli.embedded.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from tests.conftest import APP_PASSWORD, OWNER_PASSWORD
from tests.migrations.steps import Steps

_numbers = itertools.count(1)


@pytest.fixture
def steps(owner_url: str, database_url: str) -> Steps:
    """A database of this test's own, with all migrations."""
    return Steps(owner_url, database_url)


@pytest.fixture(scope="module")
def empty(postgres: EmbeddedPostgres) -> Iterator[Steps]:
    """A database before the first migration, for all tests of a file."""
    name = f"scribe_steps_{os.getpid()}_{next(_numbers)}"
    postgres.ensure_database(name, APP_PASSWORD, OWNER_PASSWORD)
    yield Steps(postgres.url(OWNER_ROLE, OWNER_PASSWORD, name), postgres.url(APP_ROLE, APP_PASSWORD, name))
    with contextlib.closing(postgres._admin()) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
