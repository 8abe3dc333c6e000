"""The worklist with 1,000 and 100,000 consultations: requests a second, and the slow ones."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2

from benchmarks import figures
from scribe.cli.embedded.sample import Client
from tests.journey.product import Product

_CLIENTS = 8
_REQUESTS = 100  # of each client


def run(product: Product) -> None:
    """First page of 50, row-level security and audit on."""
    for total in (1_000, 100_000):
        _fill(product, total)
        times, rate = _load(product)
        print(f"worklist at {total:>7,} consultations: {rate:.0f} requests/s, {figures.summary(times)}", flush=True)


def _load(product: Product) -> tuple[list[float], float]:
    clients = [Client(product.url, product.person("Ellis")) for _ in range(_CLIENTS)]

    def ask(client: Client) -> list[float]:
        times = []
        for _ in range(_REQUESTS):
            began = time.perf_counter()
            client.call("GET", "/api/consultations?limit=50")
            times.append((time.perf_counter() - began) * 1000)
        return times

    began = time.perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as pool:
        times = [took for took_of_one in pool.map(ask, clients) for took in took_of_one]
    return times, len(times) / (time.perf_counter() - began)


def _fill(product: Product, total: int) -> None:
    """Copies of nothing but rows: cancelled consultations without audio, spread over two years."""
    port, password = product.database()
    with psycopg2.connect(
        host="127.0.0.1", port=port, user="postgres", password=password, dbname="scribe"
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT id, clinic_id FROM users WHERE full_name LIKE '%Ellis'")
        doctor, clinic = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM consultations WHERE clinic_id = %s", (clinic,))
        missing = total - cursor.fetchone()[0]
        cursor.execute(_ROWS, {"clinic": clinic, "doctor": doctor, "missing": missing})
    connection.close()
    with psycopg2.connect(
        host="127.0.0.1", port=port, user="postgres", password=password, dbname="scribe"
    ) as connection:
        connection.cursor().execute("ANALYZE consultations, recordings, patients, pipelines")
    connection.close()


_ROWS = """
WITH made AS (
    INSERT INTO consultations (id, clinic_id, doctor_id, template_key, language, status, idempotency_key, started_at,
                               wrapped_key, recording_id)
    SELECT gen_random_uuid(), %(clinic)s, %(doctor)s, 'soap', 'en', 'cancelled', gen_random_uuid(),
           now() - n * interval '10 minutes', '', gen_random_uuid()
    FROM generate_series(1, %(missing)s) AS n
    RETURNING id, started_at, recording_id
)
INSERT INTO recordings (id, clinic_id, consultation_id, source, state, started_at, last_chunk_at)
SELECT recording_id, %(clinic)s, id, 'capture', 'sealed', started_at, started_at FROM made
"""
