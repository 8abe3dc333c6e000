import os
from collections.abc import Iterator

import pytest

from scribe.cli.embedded.people import Person
from tests_prod.compose.engine import Engine, running_engine, what_is_missing
from tests_prod.compose.production import Production, standing


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A Docker Engine with Scribe's images, or a loud word: nothing of this is a pass where it could not run."""
    if missing := what_is_missing():
        if os.environ.get("SCRIBE_WITHOUT_ENGINE") == "yes":
            pytest.skip(f"NOT RUN: no Docker Engine of our own without {missing}")
        pytest.fail(f"No Docker Engine can be started without {missing} (SCRIBE_WITHOUT_ENGINE=yes leaves this out).")
    with running_engine() as engine:
        engine.build()
        yield engine


@pytest.fixture(scope="module")
def production(engine: Engine) -> Iterator[Production]:
    """A site that came up healthy, for the tests of one file: there is one site at a time."""
    with standing(engine, "filesystem") as site:
        yield site


@pytest.fixture(scope="module")
def doctor(production: Production) -> Person:
    """A doctor of the site's one clinic."""
    return production.clinic()
