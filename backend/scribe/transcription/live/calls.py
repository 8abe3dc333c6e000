"""Followers are called: a chunk was stored, somebody reads along. One subscription serves all of a worker's."""

import asyncio
import threading
from contextlib import suppress
from time import monotonic
from uuid import UUID

import structlog

from scribe.events.base import BusDown, EventBus
from scribe.recordings.following import CHANNEL, Call

_RETRY_SECONDS = 2.0

_log = structlog.get_logger(__name__)


class Caller:
    """What one follower is told."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._has_news = False
        self._new_viewers = 0
        # Whoever asked for a follower reads.
        self.read_at = monotonic()

    def take(self, call: Call) -> None:
        """From the thread that listens."""
        with self._news:
            if call.is_watched:
                self.read_at = monotonic()
            self._new_viewers += call.is_new_viewer
            self._has_news = True
            self._news.notify_all()

    def wait(self, seconds: float) -> None:
        """Until there is news; calls may be lost, so not for long."""
        with self._news:
            self._news.wait_for(lambda: self._has_news, seconds)
            self._has_news = False

    def new_viewers(self) -> bool:
        """Whether somebody began to read since this was asked last."""
        with self._news:
            found, self._new_viewers = self._new_viewers > 0, 0
            return found


class Calls:
    """Listens on the followers' channel, in a thread of its own, for as long as the worker runs."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._lock = threading.Lock()
        self._callers: dict[UUID, list[Caller]] = {}
        self._loop = asyncio.new_event_loop()
        self._listening: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="live-calls", daemon=True)
        self._thread.start()

    def join(self, consultation_id: UUID) -> Caller:
        """Be called for this consultation."""
        caller = Caller()
        with self._lock:
            self._callers.setdefault(consultation_id, []).append(caller)
        return caller

    def leave(self, consultation_id: UUID, caller: Caller) -> None:
        """Be called no more."""
        with self._lock:
            self._callers[consultation_id].remove(caller)
            if not self._callers[consultation_id]:
                del self._callers[consultation_id]

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join()

    def _cancel(self) -> None:
        if self._listening is not None:
            self._listening.cancel()

    def _run(self) -> None:
        self._listening = self._loop.create_task(self._listen())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._listening)
        self._loop.close()

    async def _listen(self) -> None:
        while True:
            try:
                async with self._bus.subscribe(CHANNEL) as messages:
                    async for message in messages:
                        self._tell(Call.model_validate_json(message))
            except BusDown:
                _log.warning("live_calls_lost")
            except Exception as error:  # noqa: BLE001 - followers look by themselves meanwhile
                _log.warning("live_calls_failed", error=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)

    def _tell(self, call: Call) -> None:
        with self._lock:
            callers = list(self._callers.get(call.consultation_id, ()))
        for caller in callers:
            caller.take(call)
