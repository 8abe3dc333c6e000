"""The worklist with 1,000 and 100,000 consultations: requests a second, and the slow ones."""

import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks import clinic, figures
from scribe.cli.embedded.sample import Client
from tests.journey.product import Product

_CLIENTS = 8
_REQUESTS = 100  # of each client


def run(product: Product) -> None:
    """First page of 50, row-level security and audit on; the asking doctor has half of the clinic's consultations."""
    for total in (1_000, 100_000):
        clinic.fill(product, total)
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
