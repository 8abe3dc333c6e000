"""The live stream of a viewer: hints of what changed, kept open as long as the viewer's session is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from scribe.accounts.models import Role
from scribe.consultations.hints import Hint
from scribe.consultations.schemas import ConsultationChanged
from scribe.events.base import BusDown, EventBus


@dataclass(frozen=True)
class Watcher:
    """Who listens, as far as filtering needs it."""

    user_id: UUID
    clinic_id: UUID
    role: Role

    def may_see(self, hint: Hint) -> bool:
        """The same rule as `queries.is_visible`, for a message."""
        return self.role == Role.ADMIN or hint.doctor_id == self.user_id


@dataclass(frozen=True)
class Pace:
    """How often a stream shows that it lives (and asks whether its session does), and tries a lost bus again."""

    heartbeat_seconds: float = 15
    bus_retry_seconds: float = 5


class _SessionEnded(Exception):
    pass


async def stream(
    bus: EventBus, watcher: Watcher, still: Callable[[], Watcher | None], pace: Pace
) -> AsyncIterator[str]:
    """Server-sent events: `live` once hints flow, `consultation` for each, `degraded` while there are none.

    `still` looks up the viewer's session again (it blocks, so it runs in a thread); None ends the stream.
    """
    yield "retry: 3000\n\n"
    with suppress(_SessionEnded):
        while True:
            try:
                async with bus.subscribe(str(watcher.clinic_id)) as messages:
                    yield _event("live", "{}")
                    async for item in _relay(messages, watcher, still, pace):
                        yield item
            except BusDown:
                yield _event("degraded", "{}")
            await asyncio.sleep(pace.bus_retry_seconds)
            watcher = await _again(still)


async def _relay(
    messages: AsyncIterator[str], watcher: Watcher, still: Callable[[], Watcher | None], pace: Pace
) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    beat_at = clock() + pace.heartbeat_seconds
    arriving = asyncio.ensure_future(anext(messages))
    try:
        while True:
            await asyncio.wait({arriving}, timeout=max(0, beat_at - clock()))
            if arriving.done():
                hint = Hint.model_validate_json(arriving.result())
                arriving = asyncio.ensure_future(anext(messages))
                if watcher.may_see(hint):
                    yield _event("consultation", _public(hint))
            if clock() >= beat_at:
                watcher = await _again(still)
                yield ": still here\n\n"
                beat_at = clock() + pace.heartbeat_seconds
    finally:
        arriving.cancel()


async def _again(still: Callable[[], Watcher | None]) -> Watcher:
    try:
        watcher = await asyncio.to_thread(still)
    except SQLAlchemyError:
        watcher = None  # The browser comes back by itself, and asks the database first.
    if watcher is None:
        raise _SessionEnded
    return watcher


def _public(hint: Hint) -> str:
    return ConsultationChanged.model_validate(hint.model_dump(exclude={"doctor_id"})).model_dump_json()


def _event(name: str, body: str) -> str:
    return f"event: {name}\ndata: {body}\n\n"
