"""The bus of one process: for tests, and for a service without any other process."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scribe.events.base import BusDown

QUEUE_LENGTH = 1000


class Listener:
    """One subscription: filled from any thread, read in its own event loop. Overflow and loss end it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LENGTH + 1)

    def put(self, message: str | None) -> None:
        """Hand a message over (None: the bus is lost); from any thread."""
        self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: str | None) -> None:
        if self._queue.qsize() >= QUEUE_LENGTH:
            message = None  # A reader this slow starts anew from the database.
        if not self._queue.full():
            self._queue.put_nowait(message)

    async def messages(self) -> AsyncIterator[str]:
        """What was put, in order, until the loss; then `BusDown`."""
        while (message := await self._queue.get()) is not None:
            yield message
        raise BusDown


class Listeners:
    """Who listens on which channel, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_channel: dict[str, set[Listener]] = {}

    @asynccontextmanager
    async def subscribed(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """A subscription that ends with its block."""
        listener = Listener()
        with self._lock:
            self._by_channel.setdefault(channel, set()).add(listener)
        try:
            yield listener.messages()
        finally:
            with self._lock:
                self._by_channel[channel].discard(listener)
                if not self._by_channel[channel]:
                    del self._by_channel[channel]

    def tell(self, channel: str, message: str) -> None:
        """Hand the message to all who listen on the channel."""
        with self._lock:
            found = list(self._by_channel.get(channel, ()))
        for listener in found:
            listener.put(message)

    def lose(self) -> None:
        """Tell all listeners that the bus is lost."""
        with self._lock:
            found = [listener for group in self._by_channel.values() for listener in group]
        for listener in found:
            listener.put(None)


class MemoryBus:
    """Hands messages over inside the process."""

    name = "memory"

    def __init__(self) -> None:
        self._listeners = Listeners()

    def publish(self, channel: str, message: str) -> None:
        """Tell whoever listens in this process."""
        self._listeners.tell(channel, message)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages from the moment of entering."""
        async with self._listeners.subscribed(channel) as messages:
            yield messages

    def check(self) -> None:
        """Always answers."""
