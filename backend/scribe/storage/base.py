"""The seam to where objects are kept."""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from scribe.core.errors import Unavailable


class ObjectMissing(Exception):
    """No object has this key."""


class StoreUnavailable(Unavailable):
    """The store does not answer, or is full."""

    code, message = "storage_unavailable", "The audio store is not answering. Your recording is safe on this device."


class ObjectStore(Protocol):
    """Keys are relative paths of [a-z0-9-/.]; bodies are already encrypted by Scribe."""

    name: str

    def put(self, key: str, body: bytes | BinaryIO) -> None:
        """Store; when this returns, the object survives a crash. Putting the same key again replaces it."""
        ...

    def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of the object, or `ObjectMissing`."""
        ...

    def size(self, key: str) -> int:
        """Bytes of the object, or `ObjectMissing`."""
        ...

    def delete(self, key: str) -> None:
        """Remove; a missing object is no error."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with the prefix."""
        ...

    def check(self) -> None:
        """Raise `StoreUnavailable` if a put would fail now."""
        ...
