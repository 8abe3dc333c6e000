"""How long a browser waits for the acknowledgement of a chunk, with 1 and with 50 recordings at once.

A percentile needs hundreds of samples: one recording alone sends faster than a browser does to give as many.
"""

import asyncio
import hashlib
import os
import time

import httpx

from benchmarks import figures
from scribe.cli.embedded.sample import Client
from scribe.core.ids import new_id
from tests.journey.product import Product

_CHUNK = 4_300  # bytes: one second of 32 kbit/s Opus in WebM, as measured in Chromium
# Recordings at once, chunks of each, and chunks a second.
_LOADS = ((1, 600, 10), (50, 30, 1))
_WEBM_START = bytes.fromhex("1a45dfa3")


def run(product: Product) -> None:
    """Each recording sends at its own pace; none waits for another's acknowledgement."""
    for recordings, chunks, rate in _LOADS:
        times = asyncio.run(_recordings(product, recordings, chunks, rate))
        print(
            f"chunk ack, {recordings:>2} recordings at once, {rate} chunks/s each: {figures.summary(times)}", flush=True
        )


async def _recordings(product: Product, count: int, chunks: int, rate: int) -> list[float]:
    grants = [_start(product) for _ in range(count)]
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=count)
    async with httpx.AsyncClient(base_url=product.url, timeout=30, limits=limits) as client:
        # Spread over the interval, as recordings that began at different times are.
        runs = [_record(client, grant, chunks, rate, delay=i / count / rate) for i, grant in enumerate(grants)]
        return [took for times in await asyncio.gather(*runs) for took in times]


def _start(product: Product) -> dict[str, str]:
    client = Client(product.url, product.person("Ellis"))
    body = {
        "idempotency_key": str(new_id()),
        "template_key": "soap",
        "consent": {"method": "verbal", "wording_version": client.call("GET", "/api/consent-wording")["version"]},
    }
    grant: dict[str, str] = client.call("POST", "/api/consultations/start", json=body)["recording"]
    return grant


async def _record(
    client: httpx.AsyncClient, grant: dict[str, str], chunks: int, rate: int, *, delay: float
) -> list[float]:
    await asyncio.sleep(delay)
    times: list[float] = []
    began = time.perf_counter()
    for number in range(chunks):
        body = (_WEBM_START if number == 0 else b"") + os.urandom(_CHUNK)
        headers = {
            "Authorization": f"Bearer {grant['upload_token']}",
            "X-Chunk-SHA256": hashlib.sha256(body).hexdigest(),
            "Origin": str(client.base_url).rstrip("/"),
        }
        sent = time.perf_counter()
        path = f"/api/recordings/{grant['recording_id']}/segments/0/chunks/{number}"
        answer = await client.put(path, content=body, headers=headers)
        answer.raise_for_status()
        times.append((time.perf_counter() - sent) * 1000)
        await asyncio.sleep(max(0, began + (number + 1) / rate - time.perf_counter()))
    return times
