"""`scribe ops upgrade` gives way to the script of the place; what that does is tried in tests_prod/compose."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place whose script says what it was told, and a machine with Docker."""
    for name in ("site/deploy/compose/upgrade", "bin/docker"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text('#!/bin/sh\necho "$0" "$@"\nexit 3\n')
        (tmp_path / name).chmod(0o755)
    return tmp_path


def upgrade(place: Path, *words: str, path: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scribe.cli", "ops", "upgrade", "--directory", str(place), *words]
    surroundings = os.environ | {"PATH": path}
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("words", [(), ("--undo",), ("--images", "backend@sha256:1", "nginx@sha256:2")])
def test_the_script_of_the_place_is_told_the_same_and_has_the_last_word(place: Path, words: tuple[str, ...]) -> None:
    done = upgrade(place / "site", *words, path=f"{place}/bin:/usr/bin:/bin")

    assert done.returncode == 3, done.stderr
    assert done.stdout.split() == [f"{place}/site/deploy/compose/upgrade", *words]


def test_where_it_cannot_be_done_it_says_where_it_can(place: Path) -> None:
    without_docker = upgrade(place / "site", path="/nowhere")
    without_script = upgrade(place / "bin", path=f"{place}/bin")

    assert (without_docker.returncode, without_script.returncode) == (2, 2)
    assert "deploy/compose/ops upgrade" in without_docker.stderr
    assert "where Scribe was unpacked" in without_script.stderr
