"""Server-sent events of one viewer: what the bus tells, for as long as the viewer may hear it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from scribe.events.base import BusDown, EventBus


@dataclass(frozen=True)
class Pace:
    """How often a stream shows that it lives (and asks whether it may go on), and tries a lost bus again."""

    heartbeat_seconds: float = 15
    bus_retry_seconds: float = 5


class Listening(Protocol):
    """Whose stream it is, and what of the channel's messages it may hear."""

    @property
    def channel(self) -> str:
        """What is listened to."""
        ...

    def show(self, message: str) -> str | None:
        """The event for the browser; None keeps the message back."""
        ...

    def begin(self) -> None:
        """Messages are heard from now on. It may block: it has a thread."""
        ...

    def may_go_on(self) -> bool:
        """Ask again whether the viewer may still hear. It may block: it has a thread."""
        ...

    def farewell(self) -> str | None:
        """The last event of a stream that may not go on, if there is one."""
        ...


class _Ended(Exception):
    pass


async def stream(bus: EventBus, listening: Listening, pace: Pace) -> AsyncIterator[str]:
    """`live` once the bus is heard, what it tells, and `degraded` while it is lost."""
    yield "retry: 3000\n\n"
    try:
        while True:
            try:
                async with bus.subscribe(listening.channel) as messages:
                    yield event("live", "{}")
                    await asyncio.to_thread(listening.begin)
                    async for item in _relay(messages, listening, pace):
                        yield item
            except BusDown:
                yield event("degraded", "{}")
            await asyncio.sleep(pace.bus_retry_seconds)
            await _ask(listening)
    except _Ended:
        last = listening.farewell()
        if last is not None:
            yield last


def event(name: str, body: str) -> str:
    """One event in the wire's form."""
    return f"event: {name}\ndata: {body}\n\n"


async def _relay(messages: AsyncIterator[str], listening: Listening, pace: Pace) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    beat_at = clock() + pace.heartbeat_seconds
    arriving = asyncio.ensure_future(anext(messages))
    try:
        while True:
            await asyncio.wait({arriving}, timeout=max(0, beat_at - clock()))
            if arriving.done():
                shown = listening.show(arriving.result())
                arriving = asyncio.ensure_future(anext(messages))
                if shown is not None:
                    yield shown
            if clock() >= beat_at:
                await _ask(listening)
                yield ": still here\n\n"
                beat_at = clock() + pace.heartbeat_seconds
    finally:
        arriving.cancel()


async def _ask(listening: Listening) -> None:
    try:
        may_go_on = await asyncio.to_thread(listening.may_go_on)
    except SQLAlchemyError:
        may_go_on = False  # The browser comes back by itself, and asks the database first.
    if not may_go_on:
        raise _Ended
