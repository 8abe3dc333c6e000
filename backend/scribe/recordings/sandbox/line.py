"""The child's end of the socket, and its inputs and output as files on it."""

import json
import os
from collections.abc import Callable
from typing import Any

from scribe.recordings.sandbox.wire import HEADER, LENGTH, MAX_PAYLOAD, Failure, Kind


class JobFailed(Exception):
    """The job cannot be done with this input."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure)


class Line:
    """The child's end of the socket."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def say(self, kind: Kind, *, index: int = 0, offset: int = 0, payload: bytes = b"") -> None:
        """Tell the parent something."""
        self._send(HEADER.pack(kind, index, offset, len(payload)) + payload)

    def ask(self, index: int, offset: int, length: int) -> bytes:
        """Up to `length` bytes of an input."""
        self._send(HEADER.pack(Kind.READ, index, offset, min(length, MAX_PAYLOAD)))
        return self.hear()

    def next_input(self, index: int) -> dict[str, Any]:
        """What the parent knows of the next input, once it arrives; nothing when none will come."""
        self._send(HEADER.pack(Kind.NEXT, index, 0, 0))
        told: dict[str, Any] = json.loads(self.hear())
        return told

    def hear(self) -> bytes:
        """The parent's next answer."""
        (length,) = LENGTH.unpack(self._receive(LENGTH.size))
        return self._receive(length)

    def _send(self, message: bytes) -> None:
        view = memoryview(message)
        while view:
            view = view[os.write(self._fd, view) :]

    def _receive(self, length: int) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            part = os.read(self._fd, length - len(parts))
            if not part:
                # The parent is gone; there is nobody to tell.
                os._exit(1)
            parts += part
        return bytes(parts)


class Input:
    """One input as a file."""

    def __init__(self, line: Line, index: int, size: int) -> None:
        self.size = size
        self._line, self._index, self._at = line, index, 0

    def read(self, length: int = -1) -> bytes:
        """The next bytes."""
        wanted = self.size - self._at if length < 0 else min(length, self.size - self._at)
        if wanted <= 0:
            return b""
        part = self._line.ask(self._index, self._at, wanted)
        self._at += len(part)
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere."""
        base = {0: 0, 1: self._at, 2: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at


class Arriving:
    """An input that still arrives, as a file that can only be read on. It waits for what has not come yet."""

    def __init__(self, line: Line, index: int, before_waiting: Callable[[], None]) -> None:
        self._line, self._index, self._at = line, index, 0
        self._before_waiting = before_waiting

    def read(self, length: int = -1) -> bytes:
        """The next bytes; none at the end."""
        self._before_waiting()
        part = self._line.ask(self._index, self._at, MAX_PAYLOAD if length < 0 else length)
        self._at += len(part)
        return part


class Output:
    """The job's output as a file."""

    def __init__(self, line: Line) -> None:
        self._line, self._at, self._size = line, 0, 0

    def write(self, part: bytes) -> int:
        """Send the bytes, in messages that the parent takes."""
        view = memoryview(part)
        for start in range(0, len(view), MAX_PAYLOAD):
            piece = bytes(view[start : start + MAX_PAYLOAD])
            self._line.say(Kind.WRITE, offset=self._at, payload=piece)
            self._at += len(piece)
        self._size = max(self._size, self._at)
        return len(view)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere."""
        self._at = {0: 0, 1: self._at, 2: self._size}[whence] + offset
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at
