"""The seam to a vendor that transcribes elsewhere: each call is one question and answer, and none waits for the work.

The vendor keeps what it is sent until it is told to delete it; what is under way there is on record here (vendor_jobs).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from scribe.transcription.engines.base import EngineAudio, EngineResult


class RemoteStatus(StrEnum):
    """How a transcript fares at the vendor."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    ERROR = "error"
    # Scrubbed at the vendor: nothing of it is left, and nothing of it may be imported.
    DELETED = "deleted"
    # The vendor knows no such transcript (of ours).
    UNKNOWN = "unknown"


ENDED = frozenset({RemoteStatus.COMPLETED, RemoteStatus.ERROR})
GONE = frozenset({RemoteStatus.DELETED, RemoteStatus.UNKNOWN})
# The code of a failure where there was an answer, and it cannot be read.
BAD_ANSWER = "bad_answer"


class Remedy(StrEnum):
    """What helps where the vendor's work ended in an error."""

    ANEW = "anew"
    NO_SPEECH = "no_speech"
    NONE = "none"


@dataclass(frozen=True)
class RemoteProblem:
    """Why the vendor could not do it. `message` is ours, for the doctor: never the vendor's own text."""

    code: str
    message: str
    remedy: Remedy


@dataclass(frozen=True)
class RemoteAnswer:
    """What the vendor heard, and how it came to it."""

    result: EngineResult
    # What the vendor says it heard, rounded up to seconds.
    heard_ms: int
    domain: str | None
    # Of the answer as it was read, so that it can be told later which one was imported.
    sha256: bytes


@dataclass(frozen=True)
class RemoteLook:
    """A transcript at the vendor, as one question found it."""

    transcript_id: str
    status: RemoteStatus
    audio_url: str
    problem: RemoteProblem | None = None
    answer: RemoteAnswer | None = None


@dataclass(frozen=True)
class Webhook:
    """Where the vendor says that it is done, and the header that proves that it is the vendor."""

    url: str
    header: str
    secret: str


@dataclass(frozen=True)
class RemoteRequest:
    """What is asked about an upload."""

    language: str
    speech_models: tuple[str, ...]
    key_terms: tuple[str, ...]
    webhook: Webhook | None


@dataclass(frozen=True)
class Listed:
    """One line of the vendor's list."""

    transcript_id: str
    status: RemoteStatus
    audio_url: str
    listed_at: datetime | None


class FailureKind(StrEnum):
    """Why a call failed, by what it means for the recording."""

    # The key is wrong, or not allowed: a matter for whoever runs the server.
    KEY_REFUSED = "key_refused"
    # The account is out of money.
    BALANCE = "balance_negative"
    # Too many calls; come again later.
    BUSY = "busy"
    # It did not arrive, or was not answered: nothing was done that matters.
    UNREACHABLE = "unreachable"
    # It may have been done, and may have been billed: look before doing it again.
    UNCERTAIN = "uncertain"
    # The vendor no longer has (or never had, for this key) what was uploaded.
    UPLOAD_LOST = "upload_lost"
    # It will be refused each time.
    REFUSED = "refused"


class RemoteFailed(Exception):
    """A call failed. Holds no text of the vendor's: that quotes addresses and bodies."""

    def __init__(self, kind: FailureKind, code: str, *, retry_after: float | None = None) -> None:
        self.kind, self.code, self.retry_after = kind, code, retry_after
        super().__init__(f"{kind}: {code}")


class RemoteEngine(Protocol):
    """One vendor, region and account. Every call raises `RemoteFailed`."""

    name: str
    region: str

    def upload(self, audio: EngineAudio, progress: Callable[[float], None]) -> str:
        """Send the audio; its address at the vendor comes back, which nobody else gets."""
        ...

    def submit(self, upload_url: str, request: RemoteRequest) -> str:
        """Ask for a transcript of an upload; its id comes back. `UNCERTAIN`: it may have been made all the same."""
        ...

    def look(self, transcript_id: str, *, language: str) -> RemoteLook:
        """How the transcript fares now."""
        ...

    def glance(self, transcript_id: str) -> RemoteStatus:
        """How the transcript fares now, by what it says of itself; what was heard is not read."""
        ...

    def find(self, upload_url: str, *, since: datetime) -> list[Listed]:
        """The transcripts that were made of an upload after the moment, the most useful first."""
        ...

    def delete(self, transcript_id: str) -> None:
        """Have the transcript and its upload deleted. Again is no error."""
        ...

    def pages(self) -> Iterator[list[Listed]]:
        """All that the vendor holds or held (of 90 days), a page at a time, the newest first."""
        ...

    def probe(self) -> None:
        """A call that changes nothing, to learn whether the vendor answers and takes the key."""
        ...
