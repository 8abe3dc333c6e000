"""The seam of caches."""

from typing import Protocol


class Cache(Protocol):
    """Keeps bytes under a key that names their exact version, so that nothing kept is ever out of date."""

    def get(self, key: str) -> bytes | None:
        """What was put there, if it is still kept. Never raises: a cache that is away keeps nothing."""

    def put(self, key: str, value: bytes) -> None:
        """Keep it for a while."""
