"""A site whose audio is in S3, which goes away and comes back during a recording. Nothing acknowledged is lost.

The store's time-outs are the product's own; how long it stays away is not: five minutes show nothing that one refused
try of each kind does not.
"""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from tests.waiting import wait_until
from tests_prod.compose.engine import Engine
from tests_prod.compose.production import Production
from tests_prod.compose.sender import Sender

pytestmark = pytest.mark.timeout(1800)
STORE = "scribe-test-store"
# The server is one file that needs nothing around it.
ANY_IMAGE = "scribe-stand-in/python"
KEY, SECRET = "scribe-tests", "scribe-tests-secret"
REFUSED = "503 storage_unavailable"
_MAKE_BUCKET = """
from scribe.core.settings import load
from scribe.storage.factory import make_store
store = make_store(load().storage)
store._client.create_bucket(Bucket=store._bucket)
"""


@pytest.fixture(scope="module")
def site(engine: Engine) -> Iterator[Production]:
    """With a SeaweedFS in a container of its own: only the site's network reaches it."""
    with TemporaryDirectory(prefix="scribe-production-") as directory, pytest.MonkeyPatch.context() as patch:
        site = Production(engine, Path(directory))
        address = ("--s3-bucket", "audio", "--s3-region", "us-east-1", "--s3-endpoint", f"http://{STORE}:8333")
        keys = ("--s3-key-id", KEY, "--s3-secret", SECRET)
        site.begin("s3", *address, *keys)
        patch.setenv("SSL_CERT_FILE", str(site.certificate))
        try:
            # The network is there with its first service.
            site.up("postgres", "redis")
            with store(engine, Path(directory, "store")):
                made = ("--entrypoint", "python", "backend", "-c", _MAKE_BUCKET)
                wait_until(
                    lambda: site.compose("run", "--rm", "--no-deps", "-T", *made) is not None,
                    "a bucket",
                    every=1,
                    passing=(AssertionError,),
                )
                site.up()
                yield site
        finally:
            site.compose("down", "--volumes", "--timeout", "10")


@contextmanager
def store(engine: Engine, place: Path) -> Iterator[None]:
    """Its data stay when it is killed."""
    place.mkdir()
    actions = ["Admin", "Read", "Write", "List"]
    identity = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": actions}
    (place / "s3.json").write_text(json.dumps({"identities": [identity]}))
    weed = Path(sys.executable).parent / "weed"
    server = (
        "/weed", "server", "-dir=/data", "-ip=127.0.0.1", "-ip.bind=0.0.0.0", "-filer", "-s3", "-s3.port=8333",
        "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.config=/data/s3.json", "-volume.max=0",
        "-master.volumeSizeLimitMB=256", "-master.telemetry=false",
    )  # fmt: skip
    mounts = ("-v", f"{weed}:/weed:ro", "-v", f"{place}:/data", "-e", f"WEED_S3_SSE_KEK={'ab' * 32}")
    engine.run("docker", "run", "-d", "--name", STORE, "--network", "scribe_inside", *mounts, ANY_IMAGE, *server)
    try:
        yield
    finally:
        engine.run("docker", "rm", "--force", STORE)


@pytest.fixture(scope="module")
def doctor(site: Production) -> Person:
    return site.clinic()


def test_a_store_that_is_gone_refuses_and_loses_nothing(engine: Engine, site: Production, doctor: Person) -> None:
    sender = Sender(Client(site.url, doctor))
    assert sender.record(3), sender.refusals

    engine.run("docker", "kill", STORE)
    assert not sender.record(3)
    assert set(sender.refusals) == {REFUSED}
    engine.run("docker", "start", STORE)

    sender.deliver()
    assert sender.record(3), sender.refusals
    sender.close()


def test_a_store_that_hangs_refuses_and_takes_nothing_else_away(
    engine: Engine, site: Production, doctor: Person
) -> None:
    client = Client(site.url, doctor)
    sender = Sender(client)
    assert sender.record(3), sender.refusals

    engine.run("docker", "pause", STORE)
    try:
        with ThreadPoolExecutor(1) as browser:
            piece = browser.submit(sender.record)
            assert httpx.get(f"{site.url}/health/ready", timeout=60).status_code == 200
            Client(site.url, doctor).call("GET", "/api/consultations")
            assert not piece.done()
            assert piece.result() is False
    finally:
        engine.run("docker", "unpause", STORE)
    assert set(sender.refusals) == {REFUSED}

    sender.deliver()
    assert sender.record(3), sender.refusals
    sender.close()
