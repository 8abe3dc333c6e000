"""Open event streams, which must not hold up a shutdown."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class OpenStreams:
    """The server-sent event streams of this process (`app.state.streams`)."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.is_ending = False

    def end(self) -> None:
        """Close them all; browsers reconnect, to a server that stays."""
        self.is_ending = True
        for task in list(self.tasks):
            task.get_loop().call_soon_threadsafe(task.cancel)


class EndStreamsAtShutdown:
    """ASGI middleware: an event stream ends cleanly when the server wants to stop."""

    def __init__(self, app: ASGIApp, *, streams: OpenStreams) -> None:
        self.app = app
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; remember it while it streams."""
        task = asyncio.current_task()

        async def watching_send(message: Message) -> None:
            if (
                message["type"] == "http.response.start"
                and task is not None
                and Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
            ):
                self._streams.tasks.add(task)
            await send(message)

        try:
            await self.app(scope, receive, watching_send if scope["type"] == "http" else send)
        except asyncio.CancelledError:
            if not self._streams.is_ending or task not in self._streams.tasks:
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            if task is not None:
                self._streams.tasks.discard(task)
