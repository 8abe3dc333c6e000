"""Chunks as a browser sends them, made beforehand: the load generator should not be what is measured."""

import asyncio
import hashlib
import os
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from benchmarks import figures
from benchmarks.production.doctors import Doctor
from benchmarks.production.site import Site

# Bytes in a second of 32 kbit/s Opus in WebM, as measured in Chromium.
SECOND_BYTES = 4_300
# A running recording sends three slices of a second at a time, one that has to catch up five (chunk-length.ts).
LIVE_SECONDS, CATCHING_UP_SECONDS = 3, 5
_WEBM_START = bytes.fromhex("1a45dfa3")


@dataclass(frozen=True)
class Body:
    """A chunk's bytes and their hash."""

    data: bytes
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "Body":
        """Hash them."""
        return cls(data, hashlib.sha256(data).hexdigest())


def first(seconds: int) -> Body:
    """With the header that the service looks for."""
    return Body.of(_WEBM_START + os.urandom(seconds * SECOND_BYTES))


def later(seconds: int) -> Body:
    """Any other."""
    return Body.of(os.urandom(seconds * SECOND_BYTES))


@dataclass
class Answers:
    """What requests of one kind were answered, and how soon."""

    name: str
    took_ms: list[float] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def note(self, answered: str, seconds: float) -> None:
        """`answered` is `ok`, a code of the service's, or what went wrong on the way."""
        if answered == "ok":
            self.took_ms.append(seconds * 1000)
            return
        self.others[answered] += 1
        if answered in {"busy", "rate_limited"}:
            self.refused_ms.append(seconds * 1000)

    def tell(self) -> None:
        """One line."""
        done = figures.summary(self.took_ms) if self.took_ms else "none"
        refused = f"; refused after {figures.summary(self.refused_ms)}" if self.refused_ms else ""
        others = ", ".join(f"{count} {what}" for what, count in self.others.most_common()) or "no errors"
        print(f"  {self.name}: answered {done}{refused}; {others}", flush=True)


async def ask(client: aiohttp.ClientSession, method: str, url: str, **options: object) -> tuple[str, float, float]:
    """One request: what was answered, after how many seconds, and how long to wait before the next try."""
    began = time.perf_counter()
    try:
        async with client.request(method, url, **options) as answer:
            if answer.status < 300:
                await answer.read()
                return "ok", time.perf_counter() - began, 0.0
            # nginx itself answers with a page.
            is_ours = answer.content_type == "application/json"
            code = (await answer.json())["code"] if is_ours else f"http_{answer.status}"
            return code, time.perf_counter() - began, float(answer.headers.get("Retry-After", "1"))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return type(error).__name__, time.perf_counter() - began, 1.0


async def put(
    client: aiohttp.ClientSession, site: Site, doctor: Doctor, number: int, body: Body
) -> tuple[str, float, float]:
    """Send one chunk."""
    headers = {
        "Authorization": f"Bearer {doctor.upload_token}",
        "X-Chunk-SHA256": body.sha256,
        "Content-Type": "application/octet-stream",
        "Origin": site.url,
    }
    url = f"{site.url}/api/recordings/{doctor.recording_id}/segments/0/chunks/{number}"
    return await ask(client, "PUT", url, data=body.data, headers=headers)


async def record(
    client: aiohttp.ClientSession,
    site: Site,
    doctors: list[Doctor],
    seconds: float,
    answers: Answers,
    sent: Counter[str] | None = None,
) -> Counter[str]:
    """All record for so long, each at its own pace; how many chunks of each recording the service should now have.

    `sent` says how many it had. What is refused or lost on the way is sent again, after as long as the service said,
    and counted each time.
    """
    bodies = first(LIVE_SECONDS), later(LIVE_SECONDS)
    numbers = sent if sent is not None else Counter()
    until = time.perf_counter() + seconds

    async def one(doctor: Doctor, delay: float) -> None:
        due = time.perf_counter() + delay
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            number = numbers[doctor.recording_id]
            answered, took, wait = await put(client, site, doctor, number, bodies[number > 0])
            answers.note(answered, took)
            if answered == "ok":
                numbers[doctor.recording_id] += 1
                due += LIVE_SECONDS
            else:
                await asyncio.sleep(wait)

    # Spread over the interval, as recordings that began at different times are.
    share = LIVE_SECONDS / len(doctors)
    await asyncio.gather(*(one(doctor, i * share) for i, doctor in enumerate(doctors)))
    return numbers


def stored(site: Site, doctors: list[Doctor]) -> int:
    """How many chunks of these the database holds."""
    with site.product.superuser() as connection:
        cursor = connection.cursor()
        ids = [doctor.recording_id for doctor in doctors]
        cursor.execute("SELECT count(*) FROM recording_chunks WHERE recording_id = ANY (%s::uuid[])", (ids,))
        return int(cursor.fetchone()[0])
