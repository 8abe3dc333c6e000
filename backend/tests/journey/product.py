"""The whole product, started as a user starts it, in a home of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.processes import free_port

BACKEND = Path(__file__).parents[2]


@dataclass
class Product:
    """A running `scribe demo`."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """The address of the web page."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return log_of(self.home).read_text()

    def person(self, name: str) -> Person:
        """The demo person whose name holds `name`."""
        people = [Person(**fields) for fields in json.loads((self.home / "sign-ins.json").read_text())]
        return next(person for person in people if name in person.full_name)

    def child(self, *words: str) -> psutil.Process:
        """The one process below ours whose command line holds all the words."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            # One that ends between the listing and this look, or waits to be reaped, is none of ours any more.
            with contextlib.suppress(psutil.NoSuchProcess):
                line = " ".join(process.cmdline())
                if all(word in line for word in words):
                    return process
        raise LookupError(words)

    @contextlib.contextmanager
    def superuser(self) -> "Iterator[psycopg2.extensions.connection]":
        """Its PostgreSQL, past the service and its limits; each statement is its own transaction."""
        line = self.child("postgres", "-D").cmdline()
        port = next(word.removeprefix("port=") for word in line if word.startswith("port="))
        password = (self.home / "postgres" / "postgres.password").read_text()
        connection = psycopg2.connect(host="127.0.0.1", port=port, user="postgres", password=password, dbname="scribe")
        connection.autocommit = True
        try:
            yield connection
        finally:
            with contextlib.suppress(psycopg2.Error):
                connection.close()

    def kill(self, *words: str) -> None:
        """kill -9 of one of its processes."""
        victim = self.child(*words)
        victim.send_signal(signal.SIGKILL)
        victim.wait(60)

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def log_of(home: Path) -> Path:
    """Where the output of the product on this home goes."""
    return home.parent / f"{home.name}.log"


def start_product(home: Path, *, port: int | None = None, engine: str = "", **env: str) -> Product:
    """Start it, with an engine that is not its usual one where named, and wait until it is ready."""
    port = port or free_port()
    log = log_of(home).open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "scribe.cli", "demo", "--port", str(port), *(["--engine", engine] if engine else [])],
        cwd=BACKEND,
        env=os.environ | {"SCRIBE_HOME": str(home), "PYTHONPATH": str(BACKEND)} | env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    product = Product(home, port, process)
    wait_for_health(product)
    return product


@contextlib.contextmanager
def empty_home() -> Iterator[Path]:
    """A place for a product's data, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="scribe-journey-") as directory:
        # PostgreSQL runs as another user where the tests run as root.
        Path(directory).chmod(0o755)
        yield Path(directory) / "home"


@contextlib.contextmanager
def running_product(*, engine: str = "", **env: str) -> Iterator[Product]:
    """A product on data of its own, for as long as the block lasts."""
    # Tests sign in far oftener than people do; the limit has its own tests.
    env = {"RATE_LIMIT_SIGN_IN": "100/60"} | env
    with empty_home() as home:
        product = start_product(home, engine=engine, **env)
        try:
            yield product
        finally:
            product.stop()


def wait_for_health(product: Product, seconds: float = 240) -> None:
    """Wait until the service says that it is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if product.process.poll() is not None:
            raise AssertionError(product.log[-4000:])
        try:
            with urllib.request.urlopen(f"{product.url}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the product did not become ready")
