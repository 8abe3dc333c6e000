"""What the site loses around a recording that runs: Redis, and the room on its disks. Nothing acknowledged is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from tests.waiting import wait_until
from tests_prod.compose.disks import SmallDisk, small_disk
from tests_prod.compose.engine import Engine
from tests_prod.compose.production import Production
from tests_prod.compose.sender import Sender

pytestmark = pytest.mark.timeout(1800)
# As many as fill two segments of the log, and more: then PostgreSQL stops.
MOST = 600


@dataclass
class Small:
    """A site on two small disks."""

    site: Production
    database: SmallDisk
    objects: SmallDisk
    doctor: Person

    def sender(self) -> Sender:
        return Sender(Client(self.site.url, self.doctor))


@pytest.fixture(scope="module")
def small(engine: Engine) -> Iterator[Small]:
    with (
        TemporaryDirectory(prefix="scribe-production-") as directory,
        small_disk(Path(directory, "a"), 400, 999) as database,
        small_disk(Path(directory, "b"), 128, 10001) as objects,
        site_on(engine, Path(directory, "site"), database, objects) as site,
    ):
        yield Small(site, database, objects, site.clinic())


@contextmanager
def site_on(engine: Engine, place: Path, database: SmallDisk, objects: SmallDisk) -> Iterator[Production]:
    """Their directories are the volumes that the compose file names."""
    place.mkdir()
    site = Production(engine, place)
    for volume, disk in (("scribe_postgres-data", database), ("scribe_objects", objects)):
        options = ("--opt", "type=none", "--opt", "o=bind", "--opt", f"device={disk.data}")
        engine.run("docker", "volume", "create", "--driver", "local", *options, volume)
    site.begin("filesystem", RATE_LIMIT_CHUNKS="60000/60")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(site.certificate))
        try:
            site.up()
            yield site
        finally:
            site.compose("down", "--volumes", "--timeout", "10")
            # Compose leaves what it did not make.
            engine.run("docker", "volume", "rm", "--force", "scribe_postgres-data", "scribe_objects")


def test_a_recording_does_not_notice_that_redis_is_wiped_and_then_gone(small: Small) -> None:
    sender = small.sender()
    assert sender.record(3)

    small.site.compose("exec", "-T", "redis", "redis-cli", "FLUSHALL")
    assert sender.record(3), sender.refusals
    small.site.compose("rm", "--stop", "--force", "redis")
    assert sender.record(3), sender.refusals
    assert small.site.health()["status"] == "degraded"
    small.site.up("--no-recreate")

    wait_until(lambda: small.site.health()["limits"] == "redis", "Redis to be used again", every=1)
    assert sender.record(3), sender.refusals
    sender.close()


def test_a_full_disk_of_the_store_refuses_and_loses_nothing(small: Small) -> None:
    sender = small.sender()
    assert sender.record(3)

    small.objects.fill()
    assert not sender.record(3)
    assert set(sender.refusals) == {"503 storage_unavailable"}
    assert small.site.health()["dependencies"]["storage"] == "unhealthy"
    small.objects.free()

    sender.deliver()
    assert sender.record(3), sender.refusals
    sender.close()


def test_a_full_disk_of_the_database_refuses_and_loses_nothing(small: Small) -> None:
    sender = small.sender()
    assert sender.record(3)

    small.database.fill()
    # There may be room in files that are there. Then there is none, and then not for the log either.
    for _ in range(MOST):
        if not sender.record() and len(sender.kept) >= 20:
            break
    assert sender.kept
    assert set(sender.refusals) == {"503 database_unavailable"}
    small.database.free()

    sender.deliver()
    assert sender.record(3), sender.refusals
    sender.close()
