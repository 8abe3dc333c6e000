"""kill -9 of the service, the worker and PostgreSQL, once inside each stage: the consultation ends right, once.

A trigger that waits for a lock of ours stops each stage at its own write, so that the kill hits it there every time.
"""

import contextlib
from collections.abc import Iterator

import httpx
import psycopg2
import pytest

from scribe.cli.embedded.sample import Client, upload
from tests.journey.product import Product, running_product, wait_for_health
from tests.journey.sounds import beginning
from tests.waiting import wait_until

LOCK = 4242
UNDER_WAY = {"recording", "processing"}
# What looking meets while a process is away.
AWAY = (psycopg2.OperationalError, httpx.HTTPError, LookupError)
# Of what the patient says in this time, in the words of the note.
SAID = ("bad cough", "since friday", "fever")
WRITES = {
    "assemble": ("UPDATE", "recordings", "NEW.state = 'assembled'"),
    "transcribe": ("INSERT", "transcripts", "NEW.source = 'engine'"),
    "roles": ("INSERT", "transcripts", "NEW.source = 'roles'"),
    "draft": ("INSERT", "note_versions", "true"),
}
VICTIMS = {"service": ("scribe.cli", "serve"), "worker": ("scribe.cli", "worker"), "postgres": ("postgres", "-D")}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A product that notices a dead worker, and a job that nobody has, within seconds."""
    with running_product(
        SCRIBE_DEMO_SAMPLE="no",
        JOB_HEARTBEAT_SECONDS="1",
        JOB_STALLED_AFTER_SECONDS="4",
        JOB_REAPER_INTERVAL_SECONDS="1",
        JOB_SWEEP_INTERVAL_SECONDS="2",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def some_speech() -> bytes:
    """The sample's first quarter of a minute."""
    return beginning("ogg", 15)


@contextlib.contextmanager
def stopped_at_its_write(product: Product, stage: str) -> "Iterator[psycopg2.extensions.connection]":
    """Whoever makes the stage's write waits until the block ends (or PostgreSQL dies)."""
    verb, table, condition = WRITES[stage]
    with product.superuser() as connection:
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
    with product.superuser() as connection:
        connection.cursor().execute(f"DROP TRIGGER wait_for_test ON {table}")


def answers(product: Product) -> bool:
    with product.superuser():
        return True


def someone_waits(connection: "psycopg2.extensions.connection") -> bool:
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", (LOCK,))
    return cursor.fetchone() == (1,)


def results(product: Product, consultation_id: str) -> dict[str, object]:
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT (SELECT status FROM consultations WHERE id = %(id)s),"
            " (SELECT state FROM recordings WHERE consultation_id = %(id)s),"
            " (SELECT array_agg(source ORDER BY version) FROM transcripts WHERE consultation_id = %(id)s),"
            " (SELECT count(*) FROM note_versions v JOIN notes n ON n.id = v.note_id WHERE n.consultation_id = %(id)s)",
            {"id": consultation_id},
        )
        return dict(zip(("status", "recording", "transcripts", "note_versions"), cursor.fetchone(), strict=True))


def drafted(client: Client, consultation_id: str) -> list[str]:
    """The sentences of the note, as its doctor reads them."""
    note = client.call("GET", f"/api/consultations/{consultation_id}/note")
    return [sentence["text"] for section in note["sections"] for sentence in section["sentences"]]


@pytest.mark.journey
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
        wait_until(lambda: someone_waits(connection), f"{stage} reaches its write", passing=AWAY)

        product.kill(*VICTIMS[victim])

        wait_until(lambda: product.child(*VICTIMS[victim]), f"the {victim} is started again", passing=AWAY)
        # Readiness is kept for a second, so at first it may be that of the PostgreSQL before.
        wait_until(lambda: answers(product), "PostgreSQL answers", passing=AWAY)
        wait_for_health(product)

    wait_until(lambda: results(product, consultation_id)["status"] not in UNDER_WAY, "it ends", passing=AWAY)
    assert results(product, consultation_id) == {
        "status": "ready",
        "recording": "assembled",
        "transcripts": ["engine", "roles"],
        "note_versions": 1,
    }
    sentences = drafted(Client(product.url, product.person("Ellis")), consultation_id)
    assert len(sentences) == len(set(sentences)) > 0
    assert [word for word in SAID if " ".join(sentences).lower().count(word) != 1] == []
