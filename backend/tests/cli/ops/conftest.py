import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scribe.cli.main import app

ROOT = Path(__file__).parents[4]
Ops = Callable[..., Result]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where an operator unpacked Scribe, and did nothing yet."""
    for name in ("docker-compose.prod.yml", ".env.example"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def ops(site: Path) -> Ops:
    """`scribe ops ...` in that place; `typed` is what the operator types."""

    def run(command: str, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, ["ops", command, "--directory", str(site), *arguments], input=typed)

    return run


@pytest.fixture
def begun(site: Path, ops: Ops) -> Path:
    """After `scribe ops init`."""
    assert ops("init", "--public-url", "https://localhost", "--storage", "filesystem").exit_code == 0
    return site
