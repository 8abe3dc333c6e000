"""Who hears: a reference for these bytes, else a given function, else the project's local engine."""

import asyncio
import importlib
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from tests.emulators.assemblyai.hearing import local
from tests.emulators.assemblyai.hearing.heard import JOB_SERVER_ERROR, Heard, NotHeard
from tests.emulators.assemblyai.hearing.references import References
from tests.emulators.assemblyai.hearing.sound import Samples, Sound, decode

# A function of decoded sound. None: it does not know this one, and the local engine is asked.
Listener = Callable[[Sound], Heard | None]


def listener(path: str) -> Listener:
    """The function that `module:name` names."""
    module, _, name = path.partition(":")
    found: Listener = getattr(importlib.import_module(module), name)
    return found


class Ears:
    """Hears files and pieces of streams, without holding up the server."""

    def __init__(self, listening: str | None = None) -> None:
        self.references = References()
        self._listener = listener(listening) if listening else None
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="ears")
        self._process: ProcessPoolExecutor | None = None

    async def file(self, path: Path, sha256: str, language: str) -> Heard:
        """What is said in a file; raises `NotHeard`."""
        known = self.references.by_sha256.get(sha256)
        if known is not None:
            return known
        sound = await self._do(self._threads, decode, path)
        if sound.is_silent:
            return Heard(sound.duration_ms)
        known = self.references.lasting(sound.duration_ms)
        return known or await self._given(sound) or await self._local(local.hear_file, path, language)

    async def piece(self, samples: Samples, language: str) -> Heard:
        """What is said in a stretch of a stream; raises `NotHeard`."""
        sound = Sound(samples)
        if sound.is_silent:
            return Heard(sound.duration_ms)
        return await self._given(sound) or await self._local(local.hear_samples, samples, language)

    def close(self) -> None:
        """Hear no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._process is not None:
            self._process.shutdown(wait=False, cancel_futures=True)

    async def _given(self, sound: Sound) -> Heard | None:
        return await self._do(self._threads, self._listener, sound) if self._listener else None

    async def _local(self, function, *arguments) -> Heard:  # type: ignore[no-untyped-def]
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._process = ProcessPoolExecutor(1, context, initializer=local.leave_with_parent)
        try:
            return await self._do(self._process, function, *arguments)
        except NotHeard:
            raise
        except Exception as error:  # whatever breaks in the engine is what the vendor calls a server error
            print(f"the local engine failed: {error!r}", file=sys.stderr, flush=True)
            raise NotHeard(JOB_SERVER_ERROR) from error

    @staticmethod
    async def _do(pool: Executor, function, *arguments):  # type: ignore[no-untyped-def]
        return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)
