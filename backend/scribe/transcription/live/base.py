"""The seam to what captions a recording while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from scribe.transcription.engines.base import Samples

RATE = 16_000
# A vendor's line that nobody uses and nobody ends (its worker vanished) is ended by the vendor after so long.
SILENT_LINE_SECONDS = 30


@dataclass(frozen=True)
class LiveTurn:
    """What somebody says, as far as it is heard. The same number again replaces it; without text it was nothing.

    Times in milliseconds from the recording's start.
    """

    number: int
    start_ms: int
    end_ms: int
    text: str
    is_final: bool
    speaker: str | None = None


@dataclass(frozen=True)
class LiveProblem:
    """Why there are no captions for now, in words for the doctor. The engine goes on trying by itself."""

    code: str
    message: str


@dataclass(frozen=True)
class LiveRequest:
    """What is to be heard, and from where on."""

    language: str
    key_terms: tuple[str, ...] = ()
    speech_models: tuple[str, ...] = ()
    # Where in the recording the first sample lies that will be fed, and the number of the first turn.
    from_ms: int = 0
    first_number: int = 0


# Called from a thread of the engine's.
OnTurn = Callable[[LiveTurn], None]


class LiveSession(Protocol):
    """Captions of one running recording, until it is closed."""

    @property
    def problem(self) -> LiveProblem | None:
        """Why nothing is heard, if so."""
        ...

    @property
    def is_behind(self) -> bool:
        """Whether captions come late, or some were left out."""
        ...

    @property
    def open_seconds(self) -> float:
        """How long a line to a vendor has been open in all; 0 for engines of this machine."""
        ...

    def feed(self, samples: Samples) -> None:
        """The next mono float32 at 16 kHz, without gaps. Returns at once."""
        ...

    def close(self) -> None:
        """Leave nothing open and nothing running; turns that are under way may still be told before it returns."""
        ...


class LiveEngine(Protocol):
    """Sound in, turns out, while it is spoken."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def vendor(self) -> str | None:
        """Whose line is open, and paid for, while a session is; None for engines of this machine."""
        ...

    def open(self, request: LiveRequest, on_turn: OnTurn) -> LiveSession:
        """Begin to listen. Returns at once; what goes wrong is the session's problem."""
        ...
