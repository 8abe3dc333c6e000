"""One connection to AssemblyAI's streaming API: opened once, and terminated, whatever happens on it.

The vendor counts the time that a line is open, up to three hours for one that nobody ends.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from assemblyai.streaming.v3 import (
    BeginEvent,
    RealTimeError,
    RealTimeEvents,
    RealTimeParameters,
    RealTimeTranscriber,
    RealTimeTranscriberOptions,
    TurnEvent,
)

from scribe.core.settings import VendorAccount

_CONNECT_SECONDS, _TERMINATE_SECONDS = 10.0, 5.0
# The SDK logs what the vendor says and, where it cannot read it, what was said in the room.
logging.getLogger("assemblyai.streaming.v3.client").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Lost:
    """Why a line is of no more use: the vendor's code, or an HTTP status; None where it just went away."""

    code: int | None
    is_about_pace: bool = False
    is_about_rights: bool = False


class Line:
    """What the SDK's client does not see by itself is seen here: a reader that died, and an end without a word."""

    def __init__(
        self, account: VendorAccount, on_turn: Callable[[TurnEvent], None], on_news: Callable[[], None]
    ) -> None:
        options = RealTimeTranscriberOptions(
            api_host=account.streaming_url,
            api_key=account.key.get_secret_value(),
            connect_timeout=_CONNECT_SECONDS,
            # Whoever holds the line decides when to try again.
            max_connection_retries=0,
            terminate_timeout=_TERMINATE_SECONDS,
        )
        self._client = _Transcriber(options, self._die)
        self._on_turn, self._on_news = on_turn, on_news
        self._lock = threading.Lock()
        self._lost: Lost | None = None
        self._opened_at: float | None = None
        self._closed_at: float | None = None
        self.has_begun = False
        self._client.on(RealTimeEvents.Begin, self._begin)
        self._client.on(RealTimeEvents.Turn, lambda _, event: self._on_turn(event))
        self._client.on(RealTimeEvents.Error, self._fail)

    @property
    def lost(self) -> Lost | None:
        """Why it is of no more use, if so."""
        with self._lock:
            return self._lost

    @property
    def open_seconds(self) -> float:
        """How long it was, or has been, open."""
        if self._opened_at is None:
            return 0.0
        return (self._closed_at or monotonic()) - self._opened_at

    def open(self, params: RealTimeParameters) -> None:
        """Connect. It never raises: what went wrong is in `lost`."""
        began = monotonic()
        self._client.connect(params)
        if self.lost is None:
            self._opened_at = began

    def send(self, frame: bytes) -> None:
        """Sound; where the line is lost, it is the sender's to send it again on the next."""
        self._client.stream(frame)

    def close(self) -> None:
        """Terminate, wait some seconds for the last turns, and close."""
        self._client.disconnect(terminate=self._opened_at is not None)
        if self._closed_at is None:
            self._closed_at = monotonic()

    def _begin(self, _: object, __: BeginEvent) -> None:
        self.has_begun = True
        self._on_news()

    def _fail(self, _: object, error: RealTimeError) -> None:
        text = str(error).lower()
        is_refused = error.code in {401, 403, 4001, 4002, 4003}
        self._die(
            Lost(
                None if error.code is None else int(error.code),
                is_about_pace="rate exceeded" in text or error.code == 4029,
                # A 1008 is also how the vendor says that too many sessions were opened in a minute.
                is_about_rights=is_refused or (error.code == 1008 and "session" not in text),
            )
        )

    def _die(self, why: Lost) -> None:
        with self._lock:
            self._lost = self._lost or why
            self._closed_at = self._closed_at or (monotonic() if self._opened_at else None)
        self._on_news()


class _Transcriber(RealTimeTranscriber):
    """The SDK's client, whose threads end with a word instead of a traceback that quotes what was said."""

    def __init__(self, options: RealTimeTranscriberOptions, died: Callable[[Lost], None]) -> None:
        self._died = died
        super().__init__(options)

    def _read_message(self) -> None:
        self._guarded(super()._read_message)

    def _write_message(self) -> None:
        self._guarded(super()._write_message)

    def _guarded(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception:  # noqa: BLE001 - a message of another shape, or a line cut in the middle of one
            self._died(Lost(None))
