"""Secrets are replaced while a recording runs, as docs/operations/rotate-secrets.md says: nothing of it is lost."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
from sqlalchemy import make_url

from scribe.cli.embedded.environment import RUNNING
from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.sample import Client
from scribe.cli.embedded.supervisor import Service, wait_until_ready
from scribe.core.ids import new_id
from tests.journey.product import Product, running_product

CHUNKS = [bytes.fromhex("1a45dfa3") + os.urandom(4000), os.urandom(4000), os.urandom(4000)]


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with running_product(SCRIBE_DEMO_SAMPLE="no") as product:
        yield product


Serve = Callable[..., str]


@pytest.fixture
def serve(product: Product, tmp_path: Path) -> Iterator[Serve]:
    """An API of its own beside the product's, with other secrets; its address."""
    told = os.environ | json.loads((product.home / RUNNING).read_text())
    with ExitStack() as running:

        def start(**changes: str) -> str:
            port = free_port()
            url = f"http://localhost:{port}"
            env = told | {"PUBLIC_URL": url} | changes
            service = Service("service", ["serve", "--port", str(port)], env, tmp_path / f"{port}.log")
            service.ensure_runs()
            running.callback(service.stop)
            wait_until_ready(f"{url}/health/ready", service)
            return url

        yield start


@pytest.fixture
def database_url(product: Product) -> str:
    return str(json.loads((product.home / RUNNING).read_text())["DATABASE_URL"])


def start_recording(client: Client) -> dict[str, Any]:
    wording = client.call("GET", "/api/consent-wording")["version"]
    body = {
        "idempotency_key": str(new_id()),
        "template_key": "soap",
        "consent": {"method": "verbal", "wording_version": wording},
    }
    grant: dict[str, Any] = client.call("POST", "/api/consultations/start", json=body)["recording"]
    return grant


def put(url: str, grant: dict[str, Any], number: int) -> httpx.Response:
    body = CHUNKS[number]
    headers = {"Authorization": f"Bearer {grant['upload_token']}", "X-Chunk-SHA256": hashlib.sha256(body).hexdigest()}
    path = f"{url}/api/recordings/{grant['recording_id']}/segments/0/chunks/{number}"
    return httpx.put(path, content=body, headers=headers | {"Origin": url}, timeout=60)


def test_a_database_password_is_replaced_under_a_recording(product: Product, serve: Serve, database_url: str) -> None:
    before = serve()
    client = Client(before, product.person("Ellis"))
    grant = start_recording(client)
    assert put(before, grant, 0).status_code == 200
    changed = secrets.token_hex(24)

    with product.superuser() as connection:
        connection.cursor().execute(f"ALTER ROLE scribe_app PASSWORD '{changed}'")
    try:
        # What is open stays open; nobody new comes in with the old one.
        assert put(before, grant, 1).status_code == 200
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False))
        after = serve(DATABASE_URL=make_url(database_url).set(password=changed).render_as_string(hide_password=False))
        assert put(after, grant, 2).status_code == 200
    finally:
        with product.superuser() as connection:
            connection.cursor().execute(f"ALTER ROLE scribe_app PASSWORD '{make_url(database_url).password}'")

    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM recording_chunks WHERE recording_id = %s", (grant["recording_id"],))
        assert cursor.fetchone() == (len(CHUNKS),)


def test_with_another_token_key_a_recording_goes_on_by_its_session(product: Product, serve: Serve) -> None:
    before = serve()
    client = Client(before, product.person("Novak"))
    grant = start_recording(client)
    assert put(before, grant, 0).status_code == 200

    after = serve(TOKEN_KEY=base64.b64encode(os.urandom(32)).decode())
    refused = put(after, grant, 1)
    renewed = httpx.post(
        f"{after}/api/recordings/{grant['recording_id']}/grant",
        headers={"Cookie": client._http.headers["Cookie"], "Origin": after},
    ).json()

    assert refused.status_code == 401
    assert renewed["upload_token"] != grant["upload_token"]
    assert put(after, renewed, 1).status_code == 200
