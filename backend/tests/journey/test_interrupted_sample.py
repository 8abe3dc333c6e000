"""A first `make demo` that is killed while it makes its sample: the next one goes on, and there is one sample."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scribe.cli.embedded.sample import Client
from tests.journey import steps
from tests.journey.product import Product, empty_home, start_product
from tests.worker.controlling import wait_until

# Where the demo is killed: between two chunks of the upload, and when all that is missing is the note's row.
HELD_AT = {"upload": ("recording_chunks", "NEW.number = 1"), "draft": ("note_versions", "true")}
QUICK = {"JOB_HEARTBEAT_SECONDS": "1", "JOB_STALLED_AFTER_SECONDS": "4", "JOB_REAPER_INTERVAL_SECONDS": "1"}
HELD = 4243


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty place."""
    with empty_home() as home:
        yield home


def hold(product: Product, table: str, condition: str) -> None:
    """From now on whoever adds such a row waits, over restarts too, until `release`."""
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE held_by_test AS SELECT true AS is_held")
        cursor.execute("GRANT SELECT ON held_by_test TO public")
        cursor.execute(
            "CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
            f" PERFORM pg_advisory_xact_lock_shared({HELD});"
            " WHILE (SELECT is_held FROM held_by_test) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN NEW; END'"
        )
        cursor.execute(
            f"CREATE TRIGGER wait_for_test BEFORE INSERT ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION wait_for_test()"
        )


def release(product: Product) -> None:
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute("UPDATE held_by_test SET is_held = false")


def someone_waits(product: Product) -> bool:
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", (HELD,))
        return cursor.fetchone() == (1,)


def kill(product: Product) -> None:
    children = psutil.Process(product.process.pid).children(recursive=True)
    product.process.kill()
    product.process.wait()
    psutil.wait_procs(children, timeout=30)


@pytest.mark.slow
@pytest.mark.parametrize("moment", HELD_AT)
def test_a_sample_that_was_interrupted_is_finished_by_the_next_start(home: Path, moment: str) -> None:
    before = start_product(home, SCRIBE_DEMO_SAMPLE="no", **QUICK)
    hold(before, *HELD_AT[moment])
    before.stop()
    first = start_product(home, **QUICK)
    wait_until(lambda: someone_waits(first), f"the sample comes to its {moment}")
    kill(first)

    again = start_product(home, **QUICK)

    try:
        release(again)
        client = Client(again.url, again.person("Ellis"))
        consultation_id = steps.wait_for_sample(client)
        wait_until((home / "sample-made").exists, "the demo knows that its sample is made")
        listed = client.call("GET", "/api/consultations")["items"]
        assert [(item["id"], item["status"]) for item in listed] == [(consultation_id, "ready")]
        assert len(client.call("GET", "/api/patients?q=SAMPLE-001")["items"]) == 1
        assert client.call("GET", f"/api/consultations/{consultation_id}/note")["version"] == 1
    finally:
        again.stop()
