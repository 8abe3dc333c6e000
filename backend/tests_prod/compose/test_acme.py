"""Profile `acme`, with a real issuer's test server (Pebble): a certificate, and the next one, and nobody notices."""

import json
import os
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from scribe.cli.ops import certificates
from tests.waiting import wait_until
from tests_prod.compose.engine import IMAGES
from tests_prod.compose.production import Production

pytestmark = pytest.mark.timeout(1800)
# Beside nginx, so that the name in PUBLIC_URL is where the issuer looks for its answer.
_COMPOSE = """
services:
  pebble:
    image: {image}
    network_mode: service:nginx
    command: ["pebble", "-config", "/pebble/config.json"]
    environment: {{PEBBLE_VA_NOSLEEP: "1"}}
    volumes: ["{place}:/pebble:ro"]
  acme:
    environment: {{REQUESTS_CA_BUNDLE: /pebble/certificate.pem}}
    volumes: ["{place}:/pebble:ro"]
"""


class Acme:
    """The site with its issuer."""

    def __init__(self, site: Production, place: Path) -> None:
        self._site, self._place = site, place
        pair = certificates.self_signed("nginx", datetime.now(UTC))
        (place / "certificate.pem").write_text(pair.chain)
        (place / "key.pem").write_text(pair.key)
        settings = {
            "listenAddress": "0.0.0.0:14000",
            "managementListenAddress": "127.0.0.1:15000",
            "certificate": "/pebble/certificate.pem",
            "privateKey": "/pebble/key.pem",
            "httpPort": 8080,
            "tlsPort": 8443,
        }
        (place / "config.json").write_text(json.dumps({"pebble": settings}))
        (site.directory / "acme.yml").write_text(_COMPOSE.format(image=IMAGES["CERTBOT_IMAGE"], place=place))

    def compose(self, *words: str) -> str:
        return self._site.compose("-f", "acme.yml", "--profile", "acme", *words)

    def served(self) -> x509.Certificate:
        return certificates.leaf(ssl.get_server_certificate(("localhost", self._site.ports[1])))


@pytest.fixture
def acme(production: Production, tmp_path: Path) -> Iterator[Acme]:
    tmp_path.chmod(0o755)
    secrets = production.directory / "secrets"
    before = {name: (secrets / name).read_bytes() for name in ("tls_certificate.pem", "tls_key.pem")}
    (secrets / "acme").mkdir(mode=0o700, exist_ok=True)
    os.chown(secrets / "acme", 101, 101)
    production.settle(ACME_EMAIL="ops@clinic.example", ACME_DIRECTORY="https://nginx:14000/dir")
    acme = Acme(production, tmp_path)
    try:
        yield acme
    finally:
        acme.compose("rm", "--stop", "--force", "acme", "pebble")
        for name, text in before.items():
            (secrets / name).write_bytes(text)
        ours = certificates.leaf(before["tls_certificate.pem"].decode())
        wait_until(lambda: acme.served() == ours, "the site's own certificate again")


def test_a_certificate_comes_and_is_renewed_without_a_restart_or_a_failed_request(
    production: Production, acme: Acme
) -> None:
    (before,) = production.containers("nginx")
    ours = acme.served()
    failures: list[str] = []
    answers: list[int] = []
    ending = threading.Event()

    def ask() -> None:
        while not ending.wait(0.05):
            try:
                answers.append(httpx.get(f"{production.url}/health/live", verify=False, timeout=60).status_code)
            except httpx.TransportError as error:
                failures.append(repr(error))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        acme.compose("up", "--detach", "--no-deps", "--no-recreate", "--wait", "--wait-timeout", "300", "pebble")
        acme.compose("up", "--detach", "--no-deps", "--wait", "--wait-timeout", "300", "acme")
        wait_until(lambda: acme.served() != ours, "a certificate of the issuer's")
        first = acme.served()
        # A month before the end, without the month's wait.
        acme.compose("exec", "-T", "acme", "sh", "/certify.sh", "--force-renewal")
        wait_until(lambda: acme.served() not in (ours, first), "the next one")
    finally:
        ending.set()
        asking.join()

    (after,) = production.containers("nginx")
    assert "Pebble" in first.issuer.rfc4514_string()
    assert (after["Id"], after["State"]["StartedAt"]) == (before["Id"], before["State"]["StartedAt"])
    assert failures == []
    assert set(answers) == {200}
