"""The seam to what turns audio into words: an engine that answers at once, here, or one that is asked step by step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    # The service knows transcripts, not sound: it starts without this library.
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"


@dataclass(frozen=True)
class EngineWord:
    """A word; times in milliseconds from the recording's start, probability 0..1."""

    text: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True)
class EngineUtterance:
    """A turn of one voice; `speaker` is the engine's label ("A", "B", ...), `role` what it knows of who speaks."""

    speaker: str
    start_ms: int
    end_ms: int
    text: str
    words: tuple[EngineWord, ...]
    role: Literal["clinician", "patient"] | None = None


@dataclass(frozen=True)
class EngineWarning:
    """What the doctor should know about this transcript."""

    code: str
    message: str


@dataclass(frozen=True)
class EngineResult:
    """What an engine heard. No utterances means: no speech."""

    engine: str
    model: str
    language: str
    speech_ms: int
    utterances: tuple[EngineUtterance, ...]
    warnings: tuple[EngineWarning, ...] = field(default=())


class EngineAudio(Protocol):
    """The audio of a recording, as an engine wants it."""

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        ...

    @property
    def mime_type(self) -> str:
        """What `opened` gives."""
        ...

    def samples(self) -> Samples:
        """Mono float32 at 16 kHz, -1..1."""
        ...

    def opened(self, progress: Callable[[float], None] | None = None) -> BinaryIO:
        """The assembled audio file from its start, for engines that take files: of known length, never whole in memory.

        `progress` is told how much of it has been read (0..1), and what it raises ends the reading.
        """
        ...


class EngineFailed(Exception):
    """The engine gave up. `retryable` says whether the same audio may do better later."""

    def __init__(self, code: str, message: str, *, retryable: bool) -> None:
        self.code, self.message, self.retryable = code, message, retryable
        super().__init__(message)


class Engine(Protocol):
    """Audio in, diarized utterances with word times out."""

    name: str

    def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
        """Transcribe; call `progress` with 0..1 now and then. Raises `EngineFailed`."""
        ...
