"""The seam to live hints. An event may be lost; the database is the truth."""

from collections.abc import AsyncIterator
from typing import Protocol


class EventBus(Protocol):
    """Publish to, and listen on, a channel (a clinic's id)."""

    name: str

    def publish(self, channel: str, message: str) -> None:
        """Tell whoever listens; never raises, never blocks for long."""
        ...

    def subscribe(self, channel: str) -> AsyncIterator[str]:
        """Messages from now on, until closed."""
        ...

    def check(self) -> None:
        """Raise if the bus does not answer."""
        ...
