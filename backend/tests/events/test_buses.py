"""Every bus keeps the same contract: who listens hears what is published from then on, or learns that it is lost."""

import asyncio
import os
import signal

import pytest

from scribe.events import attach, hint
from scribe.events.base import BusDown, EventBus
from scribe.events.memory import QUEUE_LENGTH, MemoryBus
from scribe.events.postgres import PostgresBus
from scribe.events.redis import RedisBus

WAIT = 20


@pytest.fixture(params=["memory", "postgres", "redis"])
def bus(request: pytest.FixtureRequest) -> EventBus:
    if request.param == "memory":
        return MemoryBus()
    if request.param == "postgres":
        return PostgresBus(request.getfixturevalue("database_url"))
    return RedisBus(request.getfixturevalue("redis").url)


def run(main) -> None:
    asyncio.run(asyncio.wait_for(main, WAIT))


def test_a_listener_hears_its_channel_in_order(bus):
    async def main() -> None:
        async with bus.subscribe("one") as messages:
            for channel, message in (("one", "a"), ("other", "x"), ("one", "b ' \\ \n ü")):
                await asyncio.to_thread(bus.publish, channel, message)

            assert [await anext(messages), await anext(messages)] == ["a", "b ' \\ \n ü"]

    run(main())


def test_all_listeners_hear(bus):
    async def main() -> None:
        async with bus.subscribe("one") as first, bus.subscribe("one") as second:
            await asyncio.to_thread(bus.publish, "one", "a")

            assert [await anext(first), await anext(second)] == ["a", "a"]

    run(main())


def test_what_was_published_before_is_not_heard(bus):
    async def main() -> None:
        await asyncio.to_thread(bus.publish, "one", "early")
        async with bus.subscribe("one") as messages:
            await asyncio.to_thread(bus.publish, "one", "late")

            assert await anext(messages) == "late"

    run(main())


def test_a_bus_that_answers_says_so(bus):
    bus.check()


def test_listeners_of_a_killed_redis_are_told_and_publishing_goes_on_quietly(redis):
    bus = RedisBus(redis.url)

    async def main() -> None:
        async with bus.subscribe("one") as messages:
            os.kill(redis.pid, signal.SIGKILL)
            with pytest.raises(BusDown):
                await anext(messages)
        bus.publish("one", "to nobody")
        with pytest.raises(BusDown):
            await bus.subscribe("one").__aenter__()

    run(main())


def test_listeners_of_a_lost_database_connection_are_told_and_can_come_back(database_url, postgres):
    bus = PostgresBus(database_url)

    async def main() -> None:
        async with bus.subscribe("one") as messages:
            with postgres._admin() as connection:
                connection.cursor().execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                )
            with pytest.raises(BusDown):
                await anext(messages)
        async with bus.subscribe("one") as messages:
            await asyncio.to_thread(bus.publish, "one", "again")
            assert await anext(messages) == "again"

    run(main())


def test_a_listener_that_does_not_read_is_told_to_begin_anew():
    bus = MemoryBus()

    async def main() -> None:
        async with bus.subscribe("one") as messages:
            for number in range(QUEUE_LENGTH + 5):
                bus.publish("one", str(number))
            for _ in range(QUEUE_LENGTH):
                await anext(messages)
            with pytest.raises(BusDown):
                await anext(messages)

    run(main())


class Heard:
    name = "heard"

    def __init__(self) -> None:
        self.messages: list[str] = []

    def publish(self, channel: str, message: str) -> None:
        self.messages.append(message)


def test_a_hint_goes_out_after_the_commit_and_not_after_a_rollback(session_factory):
    bus = Heard()
    attach(session_factory, bus)

    with session_factory.begin() as session:
        hint(session, "one", "kept")
        with session.begin_nested():
            hint(session, "one", "kept too")
        assert bus.messages == []
    with session_factory() as session:
        session.begin()
        hint(session, "one", "forgotten")
        session.connection()
        session.rollback()
        session.commit()

    assert bus.messages == ["kept", "kept too"]
