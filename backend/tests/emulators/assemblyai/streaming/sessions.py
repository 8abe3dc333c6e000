"""Streams that were opened, and what became of them."""

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


@dataclass
class Session:
    """One WebSocket. It is billed from its opening to its end, and a client must end it."""

    number: int
    key: str | None
    params: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid4()))
    opened: float = field(default_factory=time.monotonic)
    closed: float | None = None
    close_code: int | None = None
    # Begin was sent; the client sent Terminate.
    has_begun: bool = False
    is_terminated: bool = False
    size: int = 0
    audio_ms: float = 0
    turns: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    digest: Any = field(default_factory=hashlib.sha256)

    def received(self, data: bytes) -> None:
        """Count what came."""
        self.size += len(data)
        self.digest.update(data)

    @property
    def open_s(self) -> float:
        """How long it was, or has been, open."""
        return (self.closed or time.monotonic()) - self.opened

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "number": self.number,
            "key": self.key,
            "params": self.params,
            "is_open": self.closed is None,
            "close_code": self.close_code,
            "has_begun": self.has_begun,
            "is_terminated": self.is_terminated,
            "open_s": round(self.open_s, 3),
            "size": self.size,
            "sha256": self.digest.hexdigest(),
            "audio_ms": round(self.audio_ms),
            "turns": self.turns,
        }


@dataclass
class Token:
    """What a browser may open streams with, in place of a key."""

    key: str
    expires: float
    max_session_s: int | None
    # About as long as a real one.
    value: str = field(default_factory=lambda: "".join(uuid4().hex for _ in range(80)))
