"""Five times what the service can answer, while recordings run: what is shed, and what happens to the chunks."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator

import aiohttp

from benchmarks.production import doctors, sending, usage
from benchmarks.production.doctors import Doctor
from benchmarks.production.site import Site, running_site

_TIMES = 5
_MEASURING_SECONDS = 10.0
_CALM_SECONDS = 15.0
_CLIENTS = 16
# Past this a person has gone, and so has the load that they were.
_PATIENCE = aiohttp.ClientTimeout(total=15)


def run(count: int, seconds: float) -> None:
    """First what it can answer, then that, then five times that, then that it is as before."""
    print(f"\n{_TIMES} times overload for {seconds:g} s, while {count} recordings run", flush=True)
    with running_site() as site:

        async def load(client: aiohttp.ClientSession, recording: list[Doctor]) -> None:
            questions = _questions(site, recording)
            possible = await _possible(client, questions)
            print(f"  without recordings it answers {possible:.0f} questions a second", flush=True)
            parts = (
                ("before", _CALM_SECONDS, 0.0),
                (f"{_TIMES} times", seconds, possible * _TIMES),
                ("after", _CALM_SECONDS, 0.0),
            )
            sent = Counter[str]()
            for name, long, rate in parts:
                chunks, asked = sending.Answers(f"{name}, chunks"), sending.Answers(f"{name}, questions")
                with usage.told(site):
                    await asyncio.gather(
                        sending.record(client, site, recording, long, chunks, sent),
                        _ask(client, questions, rate or possible / 4, long, asked),
                    )
                chunks.tell()
                asked.tell()
            kept = sending.stored(site, recording)
            print(f"  acknowledged {sent.total()}, in the database {kept}", flush=True)

        doctors.load_with(site, doctors.add(site, count), load)


def _questions(site: Site, recording: list[Doctor]) -> Iterator[tuple[str, dict[str, str]]]:
    """What a worklist and a record ask, each doctor in turn: so that no one's own limit is what refuses."""
    ways = ("/api/consultations?limit=50", "/api/consultations/{id}", "/api/consultations/{id}", "/api/session")
    for way in itertools.cycle(ways):
        for doctor in recording:
            headers = {"Cookie": doctor.cookie, "Origin": site.url}
            yield site.url + way.format(id=doctor.consultation_id), headers


async def _possible(client: aiohttp.ClientSession, questions: Iterator[tuple[str, dict[str, str]]]) -> float:
    """Questions a second, with a few clients that each wait for their answer."""
    until, count = time.perf_counter() + _MEASURING_SECONDS, 0

    async def one() -> None:
        nonlocal count
        while time.perf_counter() < until:
            url, headers = next(questions)
            answered, *_ = await sending.ask(client, "GET", url, headers=headers)
            count += answered == "ok"

    await asyncio.gather(*(one() for _ in range(_CLIENTS)))
    return count / _MEASURING_SECONDS


async def _ask(
    client: aiohttp.ClientSession,
    questions: Iterator[tuple[str, dict[str, str]]],
    rate: float,
    seconds: float,
    answers: sending.Answers,
) -> None:
    """So many a second, whether or not the ones before were answered."""
    began, under_way = time.perf_counter(), set[asyncio.Task[None]]()

    async def one(url: str, headers: dict[str, str]) -> None:
        answered, took, _ = await sending.ask(client, "GET", url, headers=headers, timeout=_PATIENCE)
        answers.note(answered, took)

    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        task = asyncio.create_task(one(*next(questions)))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
