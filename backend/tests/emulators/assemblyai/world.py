"""All that the emulator remembers."""

import asyncio
import tempfile
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.emulators.assemblyai.hearing.ears import Ears
from tests.emulators.assemblyai.keys import Keys
from tests.emulators.assemblyai.prerecorded.files import UPLOADS, Upload
from tests.emulators.assemblyai.prerecorded.jobs import Job
from tests.emulators.assemblyai.scripting.rules import Script
from tests.emulators.assemblyai.streaming.sessions import Session, Token


@dataclass
class Options:
    """What may be set at the start, and changed while it runs."""

    webhook_attempts: int = 10
    webhook_retry_s: float = 10.0
    webhook_timeout_s: float = 10.0
    # Jobs of one account that run at a time; the others are queued and throttled.
    concurrency: int = 200
    # How much more audio a stream may send than time has passed; none: any amount.
    stream_ahead_s: float | None = 10.0
    stream_concurrency: int = 100
    # The gateway also takes "Bearer <key>", as other OpenAI-compatible endpoints do.
    llm_bearer: bool = False
    llm_behave: str = "faithful"


class World:
    """One of these per program."""

    def __init__(self, keys: list[str], options: Options, listening: str | None = None) -> None:
        self._given_keys, self._given_options, self._listening = keys, options, listening
        self._held = tempfile.TemporaryDirectory(prefix="assemblyai-emulator-")
        self.directory = Path(self._held.name)
        self._tasks: set[asyncio.Task[None]] = set()
        self._begin()

    def _begin(self) -> None:
        self.options = Options(**vars(self._given_options))
        self.keys = Keys(self._given_keys)
        self.script = Script()
        self.ears = Ears(self._listening)
        self.uploads: dict[str, Upload] = {}
        self.jobs: dict[str, Job] = {}
        self.requests: deque[dict[str, Any]] = deque(maxlen=20_000)
        self.chats: list[dict[str, Any]] = []
        self.sessions: list[Session] = []
        self.tokens: dict[str, Token] = {}
        self.slots: dict[str, asyncio.Semaphore] = {}

    async def reset(self) -> None:
        """As it was at the start."""
        await self.rest()
        for upload in self.uploads.values():
            upload.delete()
        self.ears.references = type(self.ears.references)()
        ears = self.ears
        self._begin()
        # Loaded models stay loaded.
        self.ears.close()
        self.ears = ears

    async def rest(self) -> None:
        """Stop all that goes on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def end(self) -> None:
        """Nothing is left."""
        await self.rest()
        self.ears.close()
        self._held.cleanup()

    def go(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start work that nobody waits for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def upload_of(self, audio_url: str) -> Upload | None:
        """The upload that an address names."""
        return self.uploads.get(audio_url.removeprefix(UPLOADS)) if audio_url.startswith(UPLOADS) else None

    def slots_of(self, key: str) -> asyncio.Semaphore:
        """The account's room for running jobs."""
        project = self.keys.find(key)
        account = project.account if project else key
        return self.slots.setdefault(account, asyncio.Semaphore(self.options.concurrency))


WORLD = web.AppKey("world", World)
