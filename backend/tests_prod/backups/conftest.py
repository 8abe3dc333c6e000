"""The fixtures of tests/backups here too."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backups.conftest import *  # noqa: F403 - fixtures are found by name
from tests.backups.source import Source, running_source


@pytest.fixture
def faulty() -> Iterator[Source]:
    """A source that a test may break."""
    with tempfile.TemporaryDirectory(prefix="scribe-faulty-") as directory:
        Path(directory).chmod(0o755)
        with running_source(Path(directory)) as source:
            yield source
