"""Scribe as on one server: the whole product behind a real nginx with TLS, by the repository's own configuration."""

import contextlib
import json
import re
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scribe.cli.embedded.environment import RUNNING
from scribe.cli.embedded.processes import free_port
from scribe.cli.ops import certificates
from tests.journey.product import Product, start_product
from tests.waiting import wait_until

_NGINX = Path(__file__).parents[3] / "nginx"
_PAGE = Path(__file__).parents[3] / "frontend" / "dist"
# Everybody here has one address, and signs in at once. All other limits are as shipped.
_LIMITS = {"RATE_LIMIT_SIGN_IN": "100000/60"}


@dataclass(frozen=True)
class Site:
    """A running one."""

    product: Product
    proxy: "subprocess.Popen[bytes]"
    url: str
    trust: ssl.SSLContext

    @property
    def settings(self) -> dict[str, str]:
        """What its processes were told, as environment variables."""
        told: dict[str, str] = json.loads((self.product.home / RUNNING).read_text())
        return told


@contextlib.contextmanager
def running_site(**env: str) -> Iterator[Site]:
    """A site on data of its own, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as directory:
        place = Path(directory)
        place.chmod(0o755)
        with started_site(place, **env) as site:
            yield site


@contextlib.contextmanager
def started_site(place: Path, **env: str) -> Iterator[Site]:
    """A site on the data below `place`."""
    port = free_port()
    url = f"https://localhost:{port}"
    settings = {"PUBLIC_URL": url, "SCRIBE_DEMO_SAMPLE": "no", **_LIMITS, **env}
    product = start_product(place / "home", **settings)
    proxy, trust = _proxy(place / "nginx", port, product.port)
    try:
        site = Site(product, proxy, url, trust)
        wait_until(lambda: _answers(site), "nginx", passing=(urllib.error.URLError, OSError))
        yield site
    finally:
        proxy.terminate()
        proxy.wait()
        product.stop()


def _proxy(place: Path, port: int, api: int) -> "tuple[subprocess.Popen[bytes], ssl.SSLContext]":
    """A proxy on the loopback: nginx's files with this machine's places and ports in them, and nothing else changed."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        raise SystemExit("There is no nginx on the PATH: apt-get install nginx-light")
    place.mkdir(exist_ok=True)
    pair = certificates.self_signed("localhost", datetime.now(UTC))
    for name, text in (("tls_certificate", pair.chain), ("tls_key", pair.key)):
        (place / name).write_text(text)
    changes = (
        # This one first: the place itself may be below it.
        (r"/tmp/", f"{place}/"),
        (r"/run/secrets/", f"{place}/"),
        (r"/usr/share/nginx/scribe", str(_PAGE)),
        (r"/etc/nginx/(?!mime)", f"{place}/"),
        (r"listen 8443", f"listen 127.0.0.1:{port}"),
        (r"listen 8080", f"listen 127.0.0.1:{free_port()}"),
        (r"backend:8000", f"127.0.0.1:{api}"),
    )
    for file in _NGINX.glob("*.conf"):
        text = file.read_text()
        for pattern, instead in changes:
            text = re.sub(pattern, instead, text)
        (place / file.name).write_text(text)
    with (place / "access.log").open("wb") as log, (place / "error.log").open("wb") as errors:
        command = [program, "-c", str(place / "nginx.conf"), "-g", "daemon off; user root;"]
        process = subprocess.Popen(command, stdout=log, stderr=errors)
    return process, ssl.create_default_context(cadata=pair.chain)


def _answers(site: Site) -> bool:
    if site.proxy.poll() is not None:
        raise SystemExit((site.product.home.parent / "nginx" / "error.log").read_text())
    with urllib.request.urlopen(f"{site.url}/health/ready", timeout=5, context=site.trust) as answer:
        return bool(answer.status == 200)


def cold_start() -> None:
    """From the command to a healthy answer through nginx: on nothing, and on what is there already."""
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as directory:
        place = Path(directory)
        place.chmod(0o755)
        for what in ("an empty place (database, keys and people are made)", "data that is there already"):
            began = time.perf_counter()
            with started_site(place):
                print(f"cold start to healthy on {what}: {time.perf_counter() - began:.1f} s", flush=True)
