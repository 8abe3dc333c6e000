"""Many recordings at once, for a while; and many that come back with a backlog."""

import asyncio
import time
from collections import deque

import aiohttp

from benchmarks.production import doctors, growth, sending, usage
from benchmarks.production.doctors import Doctor
from benchmarks.production.site import running_site

# As a browser: so many chunks of one recording are under way at once.
_SIDE_BY_SIDE = 3
_BACKLOG_SECONDS = 600


def at_once(count: int, minutes: float) -> None:
    """Each sends a chunk every three seconds and waits for nobody."""
    print(f"\n{count} recordings at once for {minutes:g} min, through nginx with TLS", flush=True)
    with running_site() as site:

        async def load(client: aiohttp.ClientSession, recording: list[Doctor]) -> None:
            answers, before = sending.Answers("chunks"), growth.sizes(site.product)
            with usage.told(site):
                sent = await sending.record(client, site, recording, minutes * 60, answers)
            answers.tell()
            print(f"  acknowledged {sent.total()}, in the database {sending.stored(site, recording)}", flush=True)
            database, log, _ = (each / sent.total() / 1000 for each in growth.since(site.product, before))
            print(f"  a chunk takes {database:.1f} kB in the database, and {log:.1f} kB of its log", flush=True)

        doctors.load_with(site, doctors.add(site, count), load)


def backlog(count: int) -> None:
    """All were without network for ten minutes and come back in the same moment."""
    print(f"\n{count} clients come back with {_BACKLOG_SECONDS // 60} min of audio each", flush=True)
    bodies = sending.first(sending.CATCHING_UP_SECONDS), sending.later(sending.CATCHING_UP_SECONDS)
    chunks = _BACKLOG_SECONDS // sending.CATCHING_UP_SECONDS
    with running_site() as site:

        async def load(client: aiohttp.ClientSession, recording: list[Doctor]) -> None:
            answers = sending.Answers("chunks")

            async def send_rest(doctor: Doctor, rest: deque[int]) -> None:
                while rest:
                    number = rest.popleft()
                    answered, took, wait = await sending.put(client, site, doctor, number, bodies[number > 0])
                    answers.note(answered, took)
                    if answered != "ok":
                        rest.append(number)
                        await asyncio.sleep(wait)

            async def one(doctor: Doctor) -> None:
                rest = deque(range(chunks))
                await asyncio.gather(*(send_rest(doctor, rest) for _ in range(_SIDE_BY_SIDE)))

            began = time.perf_counter()
            with usage.told(site):
                await asyncio.gather(*(one(doctor) for doctor in recording))
            took = time.perf_counter() - began
            answers.tell()
            megabytes = count * chunks * len(bodies[1].data) / 1e6
            print(
                f"  drained in {took:.0f} s: {count * chunks / took:.0f} chunks/s, {megabytes / took:.1f} MB/s;"
                f" in the database {sending.stored(site, recording)} of {count * chunks}",
                flush=True,
            )

        doctors.load_with(site, doctors.add(site, count), load)
