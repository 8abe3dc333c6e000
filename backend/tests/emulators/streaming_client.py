"""The SDK's streaming client, with all that it was told."""

import queue
from collections.abc import Iterable
from typing import Any

from assemblyai.streaming.v3 import (
    RealTimeError,
    RealTimeEvents,
    RealTimeParameters,
    RealTimeTranscriber,
    RealTimeTranscriberOptions,
    TurnEvent,
)

from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.program import Emulator

CHUNK_MS = 200


def pcm(turns: Iterable[tuple[str, str]], rate: int = 16_000) -> bytes:
    """Turns as bare samples."""
    return bytes((whistles.say(turns, rate=rate) * 32767).astype("<i2").tobytes())


def chunks(data: bytes, rate: int = 16_000, milliseconds: int = CHUNK_MS) -> list[bytes]:
    """In messages; what is too short for one at the end is filled up with silence."""
    size = rate * milliseconds // 1000 * 2
    return [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]


class Streamed:
    """A session: connected at once, ended by `finish`."""

    def __init__(self, emulator: Emulator, key: str | None = None, token: str | None = None, **params: Any) -> None:
        options = RealTimeTranscriberOptions(
            api_host=emulator.ws_url, api_key=key or emulator.key, token=token, connect_timeout=10
        )
        self.client = RealTimeTranscriber(options)
        self.events: list[Any] = []
        self._errors: queue.Queue[RealTimeError] = queue.Queue()
        for event in RealTimeEvents:
            self.client.on(event, self._heard)
        self.client.connect(RealTimeParameters(**{"sample_rate": 16_000, "min_turn_silence": 400} | params))

    def _heard(self, _: object, event: Any) -> None:
        self.events.append(event)
        if isinstance(event, RealTimeError):
            self._errors.put(event)

    def send(self, data: bytes, rate: int = 16_000) -> "Streamed":
        """All of it, as fast as it goes."""
        self.client.stream(chunks(data, rate))
        return self

    def finish(self) -> "Streamed":
        """Terminate, and wait for the vendor's last words."""
        self.client.disconnect(terminate=True)
        return self

    def error(self) -> RealTimeError:
        """The error that ends the session, when it has come."""
        return self._errors.get(timeout=30)

    def of(self, kind: type) -> list[Any]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def said(self) -> list[tuple[str | None, str]]:
        """Turns that ended: the last of each number wins."""
        last = {turn.turn_order: turn for turn in self.of(TurnEvent) if turn.end_of_turn}
        return [(turn.speaker_label, turn.transcript) for turn in last.values()]
