"""The watch's real programs, each on a port of its own and ended with the test."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from scribe.cli.embedded.processes import die_with_parent, free_port
from tests.waiting import wait_until

PACKAGES = (
    "prometheus prometheus-alertmanager prometheus-postgres-exporter prometheus-redis-exporter"
    " prometheus-nginx-exporter prometheus-node-exporter prometheus-blackbox-exporter nginx"
)


def program(name: str) -> str:
    """Where the program is. Where it is missing the test fails: nothing else shows what these tests show."""
    path = shutil.which(name)
    assert path, f"{name} is missing: apt-get install --no-install-recommends {PACKAGES}"
    return path


@dataclass
class Program:
    """A program that can be stopped and started again with the same words."""

    words: list[str]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def start(self, ready: str | None = None) -> None:
        """Start it, and wait until the path answers."""
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                [program(self.words[0]), *self.words[1:]],
                stdout=sink,
                stderr=sink,
                env=os.environ | self.env,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it only calls prctl
            )
        if ready is not None:
            wait_until(lambda: self._answers(ready), f"{self.words[0]} answers, see {self.log}", every=0.1)

    def stop(self) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def _answers(self, path: str) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return httpx.get(f"http://{self.address}{path}").status_code == 200
        except httpx.TransportError:
            return False


def exporter(name: str, listen: str, home: Path, *words: str, **env: str) -> Program:
    """An exporter, which says its address by the option `listen`."""
    port = free_port()
    return Program([name, f"--{listen}=127.0.0.1:{port}", *words], home / f"{name}.log", env, port)


def run(*words: str, fails: bool = False) -> str:
    """Run a checker to its end; what it says comes back."""
    done = subprocess.run([program(words[0]), *words[1:]], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr
