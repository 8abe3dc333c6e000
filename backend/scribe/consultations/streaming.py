"""The live stream of a viewer: hints of what changed, kept open as long as the viewer's session is."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from starlette.responses import StreamingResponse

from scribe.accounts.models import Role
from scribe.consultations.hints import Hint
from scribe.consultations.schemas import ConsultationChanged
from scribe.events import streaming
from scribe.events.base import EventBus
from scribe.events.streaming import Pace

__all__ = ["EventStream", "Pace", "Watcher", "stream"]


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"

    @classmethod
    def of(cls, events: AsyncIterator[str]) -> Self:
        """Proxies must hand each event on at once."""
        return cls(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@dataclass(frozen=True)
class Watcher:
    """Who listens, as far as filtering needs it."""

    user_id: UUID
    clinic_id: UUID
    role: Role

    def may_see(self, hint: Hint) -> bool:
        """The same rule as `queries.is_visible`, for a message."""
        return self.role == Role.ADMIN or hint.doctor_id == self.user_id


def stream(bus: EventBus, watcher: Watcher, still: Callable[[], Watcher | None], pace: Pace) -> AsyncIterator[str]:
    """Server-sent events: `live` once hints flow, `consultation` for each, `degraded` while there are none.

    `still` looks up the viewer's session again (it blocks, so it runs in a thread); None ends the stream.
    """
    return streaming.stream(bus, _Watching(watcher, still), pace)


class _Watching:
    def __init__(self, watcher: Watcher, still: Callable[[], Watcher | None]) -> None:
        self._watcher, self._still = watcher, still
        self.channel = str(watcher.clinic_id)

    def begin(self) -> None:
        """What changed before is not told: the browser asks for it."""

    def show(self, message: str) -> str | None:
        """Only what the viewer may see."""
        hint = Hint.model_validate_json(message)
        return streaming.event("consultation", _public(hint)) if self._watcher.may_see(hint) else None

    def may_go_on(self) -> bool:
        """Whether the viewer is still signed in; their role may have changed."""
        watcher = self._still()
        self._watcher = watcher or self._watcher
        return watcher is not None

    def farewell(self) -> str | None:
        """Whoever is signed out hears nothing more."""
        return None


def _public(hint: Hint) -> str:
    return ConsultationChanged.model_validate(hint.model_dump(exclude={"doctor_id"})).model_dump_json()
