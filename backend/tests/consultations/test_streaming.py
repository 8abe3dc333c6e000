"""The live stream: only what the viewer may see, only as long as they are signed in, and honest about a lost bus."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from scribe.accounts.models import Role
from scribe.consultations.hints import Hint
from scribe.consultations.models import ConsultationStatus
from scribe.consultations.streaming import Pace, Watcher, stream
from scribe.core.ids import new_id
from scribe.events.base import BusDown
from scribe.events.memory import MemoryBus

CLINIC, DOCTOR, OTHER = new_id(), new_id(), new_id()
AS_DOCTOR, AS_ADMIN = Watcher(DOCTOR, CLINIC, Role.DOCTOR), Watcher(OTHER, CLINIC, Role.ADMIN)
QUIET = Pace(heartbeat_seconds=600, bus_retry_seconds=0)
WAIT = 20


def _hint(doctor_id):
    return Hint(
        consultation_id=new_id(),
        doctor_id=doctor_id,
        status=ConsultationStatus.PROCESSING,
        stage=None,
        state=None,
        progress=0,
        error_code="no_speech",
    )


def _read(event: str) -> tuple[str, dict]:
    name, _, body = event.strip().partition("\n")
    return name.removeprefix("event: "), json.loads(body.removeprefix("data: "))


async def _opened(bus, watcher, still=None, pace=QUIET):
    events = stream(bus, watcher, still or (lambda: watcher), pace)
    assert (await anext(events)).startswith("retry:")
    return events


def _run(main) -> None:
    asyncio.run(asyncio.wait_for(main, WAIT))


@pytest.mark.parametrize(("watcher", "seen"), [(AS_DOCTOR, 1), (AS_ADMIN, 2)])
def test_a_doctor_hears_of_their_own_and_an_admin_of_all(watcher, seen):
    bus, mine, theirs = MemoryBus(), _hint(DOCTOR), _hint(new_id())

    async def main() -> None:
        events = await _opened(bus, watcher)
        assert _read(await anext(events))[0] == "live"
        for hint in (theirs, mine):
            bus.publish(str(CLINIC), hint.model_dump_json())
        heard = [_read(await anext(events)) for _ in range(seen)]
        await events.aclose()

        assert heard[-1] == ("consultation", {**json.loads(mine.model_dump_json(exclude={"doctor_id"}))})

    _run(main())


def test_the_stream_ends_with_the_session():
    async def main() -> None:
        events = await _opened(MemoryBus(), AS_DOCTOR, still=lambda: None, pace=Pace(0, 0))

        assert _read(await anext(events))[0] == "live"
        with pytest.raises(StopAsyncIteration):
            await anext(events)

    _run(main())


def test_the_stream_shows_that_it_lives():
    async def main() -> None:
        events = await _opened(MemoryBus(), AS_DOCTOR, pace=Pace(0, 0))
        await anext(events)

        assert (await anext(events)).startswith(":")
        await events.aclose()

    _run(main())


class FlakyBus(MemoryBus):
    """Lost twice, then back."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 2

    @asynccontextmanager
    async def subscribe(self, channel):
        if self.failures:
            self.failures -= 1
            raise BusDown
        async with super().subscribe(channel) as messages:
            yield messages


def test_a_lost_bus_is_said_and_its_return_too():
    async def main() -> None:
        events = await _opened(FlakyBus(), AS_DOCTOR)

        assert [_read(await anext(events))[0] for _ in range(3)] == ["degraded", "degraded", "live"]
        await events.aclose()

    _run(main())
