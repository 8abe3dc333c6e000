"""A browser that records, and a real S3 server that can go away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.storage.base import ObjectStore
from scribe.storage.factory import make_store
from tests.recordings.conftest import *  # noqa: F403 - fixtures are found by name
from tests.storage.conftest import Seaweed


@pytest.fixture
def seaweed(tmp_path: Path) -> Iterator[Seaweed]:
    """The server, of the test's own."""
    server = Seaweed(tmp_path)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def store(seaweed: Seaweed) -> ObjectStore:
    """What the app keeps audio in."""
    return make_store(seaweed.settings())
