"""kill -9 of the service, the worker and PostgreSQL, once inside each stage: the consultation ends right, once.

A trigger that waits for a lock of ours stops each stage at its own write, so that the kill hits it there every time.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg2
import pytest

from scribe.cli.embedded.sample import Client, upload
from tests.journey.product import Product, start_product, wait_for_health
from tests.journey.speech import first_seconds

LOCK = 4242
WRITES = {
    "assemble": ("UPDATE", "recordings", "NEW.state = 'assembled'"),
    "transcribe": ("INSERT", "transcripts", "NEW.source = 'engine'"),
    "roles": ("INSERT", "transcripts", "NEW.source = 'roles'"),
    "draft": ("INSERT", "note_versions", "true"),
}
VICTIMS = {"service": ("scribe.cli", "serve"), "worker": ("scribe.cli", "worker"), "postgres": ("postgres", "-D")}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A product that notices a dead worker within seconds."""
    with tempfile.TemporaryDirectory(prefix="scribe-kills-") as directory:
        Path(directory).chmod(0o755)
        running = start_product(
            Path(directory) / "home",
            SCRIBE_DEMO_SAMPLE="no",
            JOB_HEARTBEAT_SECONDS="1",
            JOB_STALLED_AFTER_SECONDS="4",
            JOB_REAPER_INTERVAL_SECONDS="1",
        )
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="module")
def some_speech() -> bytes:
    """The sample's first quarter of a minute."""
    return first_seconds(15)


@contextlib.contextmanager
def superuser(product: Product) -> "Iterator[psycopg2.extensions.connection]":
    port, password = product.database()
    connection = psycopg2.connect(host="127.0.0.1", port=port, user="postgres", password=password, dbname="scribe")
    connection.autocommit = True
    try:
        yield connection
    finally:
        with contextlib.suppress(psycopg2.Error):
            connection.close()


def wait_until(check: "object", what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg2.OperationalError, httpx.HTTPError, LookupError):
            if check():
                return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


@contextlib.contextmanager
def stopped_at_its_write(product: Product, stage: str) -> "Iterator[psycopg2.extensions.connection]":
    """Whoever makes the stage's write waits until the block ends (or PostgreSQL dies)."""
    verb, table, condition = WRITES[stage]
    with superuser(product) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "CREATE OR REPLACE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS"
            f" 'BEGIN PERFORM pg_advisory_xact_lock({LOCK}); RETURN NEW; END'"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER wait_for_test BEFORE {verb} ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION wait_for_test()"
        )
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        yield connection
    with superuser(product) as connection:
        connection.cursor().execute(f"DROP TRIGGER wait_for_test ON {table}")


def someone_waits(connection: "psycopg2.extensions.connection") -> bool:
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", (LOCK,))
    return cursor.fetchone() == (1,)


def results(product: Product, consultation_id: str) -> dict[str, object]:
    with superuser(product) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT (SELECT status FROM consultations WHERE id = %(id)s),"
            " (SELECT state FROM recordings WHERE consultation_id = %(id)s),"
            " (SELECT array_agg(source ORDER BY version) FROM transcripts WHERE consultation_id = %(id)s),"
            " (SELECT count(*) FROM note_versions v JOIN notes n ON n.id = v.note_id WHERE n.consultation_id = %(id)s)",
            {"id": consultation_id},
        )
        return dict(zip(("status", "recording", "transcripts", "note_versions"), cursor.fetchone(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("stage", WRITES)
def test_a_kill_inside_a_stage_leaves_one_right_result(
    product: Product, some_speech: bytes, stage: str, victim: str
) -> None:
    wait_for_health(product)
    client = Client(product.url, product.person("Ellis"))
    with stopped_at_its_write(product, stage) as connection:
        patient = {"given_name": stage, "family_name": victim}
        consultation_id = upload(client, some_speech, patient=patient, template_key="soap")
        wait_until(lambda: someone_waits(connection), f"{stage} reaches its write")

        product.kill(*VICTIMS[victim])

        wait_until(lambda: product.child(*VICTIMS[victim]), f"the {victim} is started again")
        wait_for_health(product)

    wait_until(lambda: results(product, consultation_id)["status"] not in {"processing", "recording"}, "it ends")
    assert results(product, consultation_id) == {
        "status": "ready",
        "recording": "assembled",
        "transcripts": ["engine", "roles"],
        "note_versions": 1,
    }
