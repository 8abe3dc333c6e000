"""Scribe as an operator installs it: `scribe ops init`, then docker-compose.prod.yml."""

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.sample import Client
from scribe.core.settings import EngineSettings
from tests_prod.clusters.tools import ROOT
from tests_prod.compose.engine import IMAGES, Engine

FILES = (
    "docker-compose.prod.yml",
    ".env.example",
    "backend/scribe/db/roles.sh",
    "deploy/compose/certify.sh",
    "deploy/compose/ops",
    "deploy/compose/seaweedfs.sh",
    "deploy/compose/upgrade",
)
_METRICS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics').read().decode())"


class Production:
    """One site in a directory of its own."""

    def __init__(self, engine: Engine, directory: Path, project: str = "scribe") -> None:
        self._engine, self._directory, self._project = engine, directory, project
        self.ports = free_port(), free_port()
        for name in FILES:
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)

    @property
    def directory(self) -> Path:
        """Where docker-compose.prod.yml is."""
        return self._directory

    @property
    def url(self) -> str:
        """As in PUBLIC_URL."""
        return f"https://localhost:{self.ports[1]}"

    @property
    def certificate(self) -> Path:
        """The self-signed one."""
        return self._directory / "secrets/tls_certificate.pem"

    def ops(self, *words: str) -> str:
        """`scribe ops ...`, as install.md runs it."""
        return self._engine.run("deploy/compose/ops", *words, cwd=self._directory, COMPOSE_PROJECT_NAME=self._project)

    def begin(self, storage: str, *flags: str, **values: str) -> None:
        """`scribe ops init`, and then this machine's ports and images, and more values, in .env."""
        self.ops("init", "--public-url", self.url, "--storage", storage, *flags)
        self.settle(HTTP_PORT=str(self.ports[0]), HTTPS_PORT=str(self.ports[1]), **IMAGES, **values)

    def settle(self, **values: str) -> None:
        """Write values into .env."""
        path = self._directory / ".env"
        text = path.read_text()
        for name, value in values.items():
            text, times = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            assert times == 1, name
        path.write_text(text)

    def compose(self, *words: str) -> str:
        """`docker compose ...`."""
        command = ("docker-compose", "--project-name", self._project, "-f", "docker-compose.prod.yml", *words)
        return self._engine.run(*command, cwd=self._directory)

    def within(self, service: str, *command: str) -> str:
        """The command, in the service's one container."""
        (container,) = self.containers(service)
        return self._engine.run("docker", "exec", container["Id"], *command)

    def up(self, *words: str) -> None:
        """Start it, and wait until all is healthy."""
        self.compose("up", "--detach", "--wait", "--wait-timeout", "600", "--pull", "never", "--no-build", *words)

    def bring_models(self) -> None:
        """The speech models of this machine: containers here reach no network to fetch them from."""
        volumes = ("-v", f"{self._project}_models:/to", "-v", f"{EngineSettings().model_dir}:/from:ro")
        copy = ("--entrypoint", "sh", "scribe-stand-in/python", "-c", "cp -r /from/. /to && chmod -R a+rX /to")
        self._engine.run("docker", "run", "--rm", "--network", "none", *volumes, *copy)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """All that the engine knows of the service's containers."""
        found = self.compose("ps", "--all", "--quiet", service).split()
        return list(json.loads(self._engine.run("docker", "inspect", *found))) if found else []

    def kill(self, service: str, *, only_first: bool = False) -> None:
        """SIGKILL, as the kernel does it: nobody asked the engine, so it is for the engine to start it anew."""
        for each in self.containers(service)[: 1 if only_first else None]:
            os.kill(each["State"]["Pid"], signal.SIGKILL)

    def wait_until_restarted(self, service: str, before: int) -> None:
        """Until the engine has started it anew, and it is well."""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            each = self.containers(service)[0]
            if each["RestartCount"] > before and each["State"].get("Health", {}).get("Status") == "healthy":
                return
            time.sleep(0.5)
        raise AssertionError(self.compose("logs", "--tail", "40", service))

    def asked(self) -> list[float]:
        """How often each backend was asked whether it lives, which only nginx passes on."""
        found = []
        for each in self.containers("backend"):
            lines = re.findall(
                r'^scribe_http_request_duration_seconds_count{.*"/health/live".*} (\S+)$',
                self._told(each),
                re.MULTILINE,
            )
            found.append(sum(map(float, lines)))
        return found

    def clinic(self) -> Person:
        """A clinic with its admin, and a doctor whom the admin adds; both chose passwords of their own."""
        admin = Person("Ada Admin", "ada@clinic.example", "admin", "first-words-for-ada-41")
        self.compose(
            "run", "--rm", "-T", "backend", "create-clinic", "--name", "Quay", "--admin-email", admin.email,
            "--admin-name", admin.full_name, "--password", admin.password,
        )  # fmt: skip
        admin = self._choose(admin, "later-words-for-ada-58")
        doctor = Person("Dr Dora Doctor", "dora@clinic.example", "doctor", "first-words-for-dora-17")
        fields = {name: getattr(doctor, name) for name in ("email", "full_name", "role", "password")}
        Client(self.url, admin).call("POST", "/api/users", json=fields)
        return self._choose(doctor, "later-words-for-dora-93")

    def _choose(self, person: Person, password: str) -> Person:
        client = Client(self.url, person)
        words = {"current_password": person.password, "new_password": password}
        client._http.post("/api/account/password", json=words).raise_for_status()
        return Person(person.full_name, person.email, person.role, password)

    def health(self) -> dict[str, Any]:
        """What /health says, through nginx."""
        return dict(httpx.get(f"{self.url}/health", timeout=20).json())

    def type(self, script: str, answer: str = "") -> str:
        """What a page tells an operator to type, in the site's directory; the answer is what they then paste."""
        place = self._directory / "pasted"
        place.write_text(answer)
        return self._engine.run("bash", "-euo", "pipefail", "-c", f"exec <{place}; {script}", cwd=self._directory)

    def figures(self, prefix: str) -> dict[str, float]:
        """What the API tells Prometheus, of the figures whose names begin so."""
        told = self._told(self.containers("backend")[0]).splitlines()
        return {name: float(value) for name, value in (line.split() for line in told if line.startswith(prefix))}

    def _told(self, backend: dict[str, Any]) -> str:
        return self._engine.run("docker", "exec", backend["Id"], "python", "-c", _METRICS)


@contextmanager
def standing(engine: Engine, storage: str, project: str = "scribe") -> Iterator[Production]:
    """A site that came up healthy, for as long as the block lasts."""
    with TemporaryDirectory(prefix="scribe-production-") as directory, pytest.MonkeyPatch.context() as patch:
        site = Production(engine, Path(directory), project)
        # From here on the tests trust no certificate but the site's.
        patch.setenv("SSL_CERT_FILE", str(site.certificate))
        try:
            site.begin(storage)
            site.bring_models()
            site.up()
            yield site
        finally:
            site.compose("down", "--volumes", "--timeout", "30")
