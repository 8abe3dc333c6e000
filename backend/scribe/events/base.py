"""The seam to live hints. An event may be lost; the database is the truth."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class BusDown(Exception):
    """No live hints for now: whoever listens must ask the database instead."""


class EventBus(Protocol):
    """Publish to, and listen on, a channel (a clinic's id)."""

    name: str

    def publish(self, channel: str, message: str) -> None:
        """Tell whoever listens; never raises, never blocks for long."""
        ...

    def subscribe(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Messages from the moment of entering. Entering and iterating raise `BusDown` when the bus is lost."""
        ...

    def check(self) -> None:
        """Raise if the bus does not answer."""
        ...
