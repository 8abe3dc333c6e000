import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.rounds import Backups
from tests.backups.source import Source, backups_of, running_source, settings_of
from tests.fixtures.fakes import MemoryStore

MakeBackups = Callable[..., Backups]


@pytest.fixture(scope="session")
def source() -> Iterator[Source]:
    """One for all tests: it starts in seconds, and no test takes anything from it."""
    with tempfile.TemporaryDirectory(prefix="scribe-source-") as directory:
        # PostgreSQL runs as another user where the tests run as root.
        Path(directory).chmod(0o755)
        with running_source(Path(directory)) as source:
            yield source


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a restore goes to: PostgreSQL's own user can enter it."""
    with tempfile.TemporaryDirectory(prefix="scribe-place-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


@pytest.fixture
def backups(source: Source, tmp_path: Path) -> Backups:
    """The source's backups, in an empty repository of this test's own."""
    return backups_of(source, settings_of(source, str(tmp_path / "repository")))


@pytest.fixture
def memory() -> MemoryStore:
    """What a repository is kept in; look into `memory.objects`."""
    return MemoryStore()


@pytest.fixture
def repository(memory: MemoryStore) -> Repository:
    """An empty repository in memory."""
    return Repository(memory, memory, bytes(32))
