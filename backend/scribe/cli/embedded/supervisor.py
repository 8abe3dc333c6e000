"""Keeps the embedded Scribe's processes alive, and stops them in order."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scribe.cli.embedded import processes

# In an image it is not below a repository.
BACKEND = Path(__file__).resolve().parents[3]
_RESTART_AFTER_SECONDS = 1.0


class StartFailed(Exception):
    """Something did not come up; the text says what, and where its log is."""


@dataclass
class Service:
    """A program of ours that is started again whenever it dies."""

    name: str
    arguments: list[str]
    env: dict[str, str]
    log: Path
    module: str = "scribe.cli"
    process: "subprocess.Popen[bytes] | None" = None
    not_before: float = field(default=0.0)

    def ensure_runs(self) -> bool:
        """Start it unless it runs; True if it was started. A crash loop is slowed down, not given up."""
        if self.process is not None and self.process.poll() is None:
            return False
        if time.monotonic() < self.not_before:
            return False
        self.not_before = time.monotonic() + _RESTART_AFTER_SECONDS
        command = [sys.executable, "-m", self.module, *self.arguments]
        self.process = processes.spawn(command, log=self.log, env=self.env)
        return True

    def stop(self) -> None:
        """Ask it to finish what it is doing, for some seconds."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM)


def wait_until_ready(url: str, service: Service, seconds: float = 60) -> None:
    """Wait for a 200 of the URL, or raise `StartFailed`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if service.process is not None and service.process.poll() is not None:
            raise StartFailed(f"The {service.name} stopped while starting. See {service.log}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise StartFailed(f"The {service.name} did not become ready. See {service.log}")


def watch(checks: list[Callable[[], None]], stopping: Callable[[], bool]) -> None:
    """Run the checks once a second until told to stop."""
    while not stopping():
        for check in checks:
            check()
        time.sleep(0.5)
