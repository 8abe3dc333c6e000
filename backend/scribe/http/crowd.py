"""What is put off when more is asked than can be answered: chunks last, health and the page never."""

import asyncio
import re
from collections.abc import AsyncIterator

from fastapi import Request
from prometheus_client import Counter
from starlette.types import ASGIApp, Receive, Scope, Send

from scribe.core.errors import Busy, ScribeError, Unavailable
from scribe.core.settings import DatabaseSettings
from scribe.http.errors import render, route_template
from scribe.recordings.endpoints import CHUNK_THREADS

CHUNK_ROUTE = "/api/recordings/{recording_id}/segments/{segment}/chunks/{number}"
# What a recording needs to be complete: its chunks, and its seal.
_RECORDING_ROUTES = {CHUNK_ROUTE, "/api/recordings/{recording_id}/seal"}
_RECORDING_PATHS = re.compile(r"/api/recordings/[^/]+/(segments/[^/]+/chunks/[^/]+|seal)")
_HOOKS = "/api/hooks/"
# More would not be answered sooner: Python runs one of them at a time, and the event loop, which reads chunks, is only
# one of those who wait for it.
_AT_ONCE = 6
# Who waits longer than these take has been forgotten by their proxy or their doctor.
_IN_LINE = 50
# Their bodies are in memory. As much as 300 browsers send when all come back in one moment.
_CHUNKS = 1000

refused_requests_total = Counter("scribe_refused_requests_total", "Requests that were refused in a crowd.")


class BusyForHooks(Busy):
    """The same for webhooks. A vendor takes a 429 for "never again", and comes back after a 503."""

    status, message = Unavailable.status, Unavailable.message


class Lane:
    """So many are worked on at once, so many wait in line, and more are refused. The event loop calls it."""

    def __init__(self, *, at_once: int, in_line: int) -> None:
        self._gate = asyncio.Semaphore(at_once)
        self._room = at_once + in_line

    @property
    def is_full(self) -> bool:
        """Whether the next one is refused."""
        return self._room == 0

    async def enter(self) -> bool:
        """Wait for one's turn; False where the line is full."""
        if self.is_full:
            return False
        self._room -= 1
        try:
            await self._gate.acquire()
        except asyncio.CancelledError:
            self._room += 1
            raise
        return True

    def leave(self) -> None:
        """Let the next one in."""
        self._room += 1
        self._gate.release()


class Crowd:
    """The app's two lanes (`app.state.crowd`).

    So few ordinary requests are worked on that chunks always find a connection to the database, and that none which
    holds one waits for a thread while others hold all threads and wait for connections.
    """

    def __init__(self, settings: DatabaseSettings) -> None:
        connections = settings.database_pool_size + settings.database_max_overflow
        at_once = max(2, min(_AT_ONCE, connections - CHUNK_THREADS))
        self.ordinary = Lane(at_once=at_once, in_line=_IN_LINE)
        # No line: a chunk's body is still on its way, and a slow phone must not hold up the others.
        self.recording = Lane(at_once=_CHUNKS, in_line=0)


async def take_turn(request: Request) -> AsyncIterator[None]:
    """Dependency of every route: its body has arrived, and its answer has not begun."""
    crowd, route = request.app.state.crowd, route_template(request.scope)
    lane = crowd.recording if route in _RECORDING_ROUTES else crowd.ordinary
    if not await lane.enter():
        raise _refusal(route)
    try:
        yield
    except Busy:
        # Its sender has more under way than their share.
        refused_requests_total.inc()
        raise
    finally:
        lane.leave()


class TurnAway:
    """ASGI middleware: who would be refused is refused at once, before anything is done for them.

    To log, to route and to count each of them would take as long as to answer. nginx's log has them.
    """

    def __init__(self, app: ASGIApp, *, crowd: Crowd) -> None:
        self.app = app
        self._crowd = crowd

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/api/"):
            lane = self._crowd.recording if _RECORDING_PATHS.fullmatch(path) else self._crowd.ordinary
            if lane.is_full:
                await render(_refusal(path))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refusal(path: str) -> ScribeError:
    refused_requests_total.inc()
    return BusyForHooks() if path.startswith(_HOOKS) else Busy()
