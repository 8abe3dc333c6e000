"""No request body is larger than its route needs."""

import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scribe.core.errors import TooLarge
from scribe.http.errors import render

DEFAULT_BYTES = 1024**2
_CHUNK = re.compile(r"/api/recordings/[^/]+/segments/[^/]+/chunks/[^/]+")
_HOOK = re.compile(r"/api/hooks/[^/]+")
_HOOK_BYTES = 1024
_SEAL = re.compile(r"/api/recordings/[^/]+/seal")
# Six hours of 1 s chunks, each with its hash.
_SEAL_BYTES = 4 * 1024**2


class BodyLimit:
    """ASGI middleware: 413 by the declared length, or as soon as more arrives than is allowed."""

    def __init__(self, app: ASGIApp, *, chunk_bytes: int) -> None:
        self.app = app
        self._chunk_bytes = chunk_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await _refusal(limit)(scope, receive, send)
            return
        counted = _Counted(receive, send, limit)
        try:
            await self.app(scope, counted.receive, counted.send)
        except Exception:
            # The app only saw its client vanish.
            if not counted.exceeded:
                raise
        if counted.exceeded and not counted.started:
            await _refusal(limit)(scope, receive, send)

    def _limit(self, path: str) -> int:
        if _CHUNK.fullmatch(path):
            # A little more: the route itself says better what is wrong with a chunk that is just too large.
            return self._chunk_bytes + DEFAULT_BYTES
        if _HOOK.fullmatch(path):
            return _HOOK_BYTES
        return _SEAL_BYTES if _SEAL.fullmatch(path) else DEFAULT_BYTES


def _refusal(limit: int) -> Response:
    return render(TooLarge(limit_bytes=limit), {"Connection": "close"})


class _Counted:
    """Counts what is received; once it is too much, whatever the app makes of it is not sent."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._left = receive, send, limit
        self.exceeded = self.started = False

    async def receive(self) -> Message:
        if self.exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)
