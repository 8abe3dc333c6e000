"""How many are worked on at once, how many wait for their turn, and who is refused."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from scribe.core.settings import DatabaseSettings
from scribe.http.crowd import Crowd, Lane
from scribe.recordings.endpoints import CHUNK_THREADS


def going(work: Coroutine[Any, Any, bool]) -> "asyncio.Task[bool]":
    return asyncio.get_running_loop().create_task(work)


async def settle() -> None:
    """Let all tasks go as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_finds_the_line_full_is_refused_and_who_waits_comes_in_as_others_leave() -> None:
    async def run() -> None:
        lane = Lane(at_once=1, in_line=1)
        assert await lane.enter()
        waits = going(lane.enter())
        await settle()

        assert not waits.done()
        assert not await lane.enter()
        lane.leave()
        assert await waits
        waits_too = going(lane.enter())
        await settle()
        assert not await lane.enter()
        lane.leave()
        assert await waits_too

    asyncio.run(run())


def test_who_gives_up_waiting_makes_room() -> None:
    async def run() -> None:
        lane = Lane(at_once=1, in_line=1)
        await lane.enter()
        waits = going(lane.enter())
        await settle()

        waits.cancel()
        await settle()
        next_one = going(lane.enter())
        await settle()
        lane.leave()

        assert await next_one

    asyncio.run(run())


def test_ordinary_requests_leave_the_chunks_their_connections() -> None:
    async def run() -> int:
        lane, count = Crowd(settings).ordinary, 0
        while not lane._gate.locked():
            await lane.enter()
            count += 1
        return count

    settings = DatabaseSettings()

    assert 0 < asyncio.run(run()) <= settings.database_pool_size + settings.database_max_overflow - CHUNK_THREADS
