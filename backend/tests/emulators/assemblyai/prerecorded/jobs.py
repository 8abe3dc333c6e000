"""A transcript as the vendor keeps it, and the life that a script gives it."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from tests.emulators.assemblyai.hearing.heard import Heard
from tests.emulators.assemblyai.prerecorded.files import Upload

Status = Literal["queued", "processing", "completed", "error"]


@dataclass(frozen=True)
class Life:
    """How a job goes. The plain one hears the audio at once and is completed."""

    # The first GETs that find it queued, and then those that find it processing.
    queued_polls: int = 0
    processing_polls: int = 0
    throttled: bool = False
    # Processing until it is released by hand.
    forever: bool = False
    takes_s: float = 0
    # The GETs that still say "processing" after the job has ended and its webhook has gone out.
    lag_polls: int = 0
    # It ends in status error, with this text.
    error: str | None = None
    # Only so much of the file arrived: what a truncated upload looks like.
    hears_s: float | None = None
    silent: bool = False
    one_voice: bool = False
    roles: Literal["all", "partial", "absent"] = "all"
    domain_skipped: bool = False
    # Path ("words.0.confidence") to value, written over the completed transcript.
    edit: dict[str, Any] = field(default_factory=dict)


@dataclass
class Attempt:
    """One request that a webhook made, or would have made."""

    body: dict[str, Any]
    auth: str
    # The client's status, 0 where nobody answered, None where it was not sent (no loopback address).
    status: int | None

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {"body": self.body, "auth": self.auth, "status": self.status}


@dataclass
class Job:
    """A transcript: from its submit to its deletion, and after."""

    key: str
    request: dict[str, Any]
    upload: Upload | None
    life: Life
    # What the webhook's rule says; None: one delivery, as usual.
    webhook_plan: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    status: Status = "processing"
    throttled: bool = False
    error: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    heard: Heard | None = None
    is_deleted: bool = False
    # It was deleted before it ended.
    was_cut_short: bool = False
    # The submit's answer went out whole: false for an orphan.
    was_told: bool = False
    polls: int = 0
    lagged: int = 0
    webhooks: list[Attempt] = field(default_factory=list)
    webhook_status_code: int | None = None
    released: asyncio.Event = field(default_factory=asyncio.Event)
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    # The client answered a first webhook, or none will come.
    told: asyncio.Event = field(default_factory=asyncio.Event)
    # It has ended, and every webhook of it has gone out as often as it will.
    over: asyncio.Event = field(default_factory=asyncio.Event)
    deleted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def language(self) -> str:
        """The language that was asked for, without its country."""
        return str(self.request.get("language_code") or "en_us").split("_")[0]

    @property
    def has_ended(self) -> bool:
        """Whether its status will not change any more."""
        return self.status in ("completed", "error")

    @property
    def is_by_polls(self) -> bool:
        """Whether its progress is counted in GETs."""
        return bool(self.life.queued_polls or self.life.processing_polls)

    def facts(self) -> dict[str, Any]:
        """What rules can match."""
        return {
            "id": self.id,
            "key": self.key,
            "body": self.request,
            "audio_url": self.request["audio_url"],
            "sha256": self.upload.sha256 if self.upload else None,
            "size": self.upload.size if self.upload else None,
        }

    def shown(self) -> dict[str, Any]:
        """As JSON, for tests and hands."""
        return {
            **self.facts(),
            "status": self.status,
            "error": self.error,
            "throttled": self.throttled,
            "created": self.created.isoformat(),
            "completed": self.completed.isoformat() if self.completed else None,
            "is_deleted": self.is_deleted,
            "was_told": self.was_told,
            "polls": self.polls,
            "text": self.result.get("text"),
            "webhook_plan": self.webhook_plan,
            "webhooks": [attempt.shown() for attempt in self.webhooks],
            "webhook_status_code": self.webhook_status_code,
        }
