"""What one more consultation takes: in the database, in its log, and where audio is kept."""

import hashlib
from pathlib import Path

from benchmarks import audio
from benchmarks.production.sending import LIVE_SECONDS
from scribe.cli.embedded.sample import AUDIO, Client, Sent, seal
from scribe.core.ids import new_id
from tests.journey.product import Product, running_product
from tests.waiting import wait_until

_COUNT = 10
_LONG_SECONDS, _LONG_COUNT = 480, 4
_SETTLED = {"ready", "failed"}


def run() -> None:
    """Short ones and long ones, sent as a browser does while recording, up to the draft."""
    print("\nfrom recording to draft, what each consultation takes", flush=True)
    with running_product(SCRIBE_DEMO_SAMPLE="no") as product:
        client = Client(product.url, product.person("Ellis"))
        _measure(product, client, AUDIO.read_bytes(), audio.seconds_of(AUDIO), _COUNT)
        _measure(product, client, audio.repeated(_LONG_SECONDS), _LONG_SECONDS, _LONG_COUNT)


def _measure(product: Product, client: Client, whole: bytes, seconds: float, count: int) -> None:
    pieces, before = round(seconds / LIVE_SECONDS), sizes(product)
    for _ in range(count):
        _consult(client, whole, pieces)
    database, log, kept = (each / count / 1000 for each in since(product, before))
    print(
        f"  {seconds:.0f} s, {len(whole) / 1000:.0f} kB in {pieces} chunks ({count} times): {database:.0f} kB in"
        f" the database, {log:.0f} kB of its log, {kept:.0f} kB where audio is kept",
        flush=True,
    )


def since(product: Product, before: tuple[float, float, float]) -> tuple[float, float, float]:
    """How much `sizes` have grown."""
    database, log, objects = (after - was for after, was in zip(sizes(product), before, strict=True))
    return database, log, objects


def _consult(client: Client, whole: bytes, pieces: int) -> None:
    wording = client.call("GET", "/api/consent-wording")["version"]
    body = {
        "idempotency_key": str(new_id()),
        "template_key": "soap",
        "consent": {"method": "verbal", "wording_version": wording},
    }
    started = client.call("POST", "/api/consultations/start", json=body)
    recording, length, hashes = started["recording"]["recording_id"], -(-len(whole) // pieces), list[str]()
    for number in range(pieces):
        chunk = whole[number * length : (number + 1) * length]
        hashes.append(hashlib.sha256(chunk).hexdigest())
        path = f"/api/recordings/{recording}/segments/0/chunks/{number}"
        client.call("PUT", path, content=chunk, headers={"X-Chunk-SHA256": hashes[-1]})
    consultation = started["consultation"]["id"]
    seal(client, Sent(consultation, recording, hashes))
    wait_until(
        lambda: client.call("GET", f"/api/consultations/{consultation}")["status"] in _SETTLED,
        "the draft",
        seconds=900,
        every=1,
    )


def sizes(product: Product) -> tuple[float, float, float]:
    """Bytes of the database, of all that its log ever was, and of the objects."""
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT pg_database_size('scribe'), pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        database, log = cursor.fetchone()
    objects = sum(each.stat().st_size for each in Path(product.home / "objects").rglob("*") if each.is_file())
    return float(database), float(log), float(objects)
