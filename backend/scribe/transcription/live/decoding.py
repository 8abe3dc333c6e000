"""All decoding for running recordings in one worker: one thing at a time, and only beside no stage."""

import threading
from collections.abc import Callable
from time import monotonic

import structlog

from scribe.transcription.engines.priority import Priority

Work = Callable[[], None]
_LOOK_AGAIN_SECONDS = 0.2

_log = structlog.get_logger(__name__)


class Decoding:
    """Work that waits, by whom it is for. A caption that still waits when the next one comes is left out."""

    def __init__(self, priority: Priority) -> None:
        self._priority = priority
        self._there_is_work = threading.Condition()
        self._captions: dict[object, tuple[float, Work]] = {}
        self._busy_with: object = None
        self._is_stopped = False
        self._thread: threading.Thread | None = None

    def caption(self, owner: object, work: Work) -> bool:
        """Do this soon for the owner; gives whether an earlier one of theirs is left out for it."""
        with self._there_is_work:
            is_late = owner in self._captions
            self._captions[owner] = (monotonic(), work)
            self._begin()
        return is_late

    def forget(self, owner: object) -> None:
        """The owner wants nothing more; returns when nothing of theirs runs."""
        with self._there_is_work:
            self._captions.pop(owner, None)
            self._there_is_work.wait_for(lambda: self._busy_with is not owner)

    def stop(self) -> None:
        """End with what is under way."""
        with self._there_is_work:
            self._is_stopped = True
            self._there_is_work.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="live-decoding", daemon=True)
            self._thread.start()
        self._there_is_work.notify_all()

    def _run(self) -> None:
        while True:
            with self._there_is_work:
                self._there_is_work.wait_for(lambda: self._is_stopped or self._captions)
                if self._is_stopped:
                    return
            with self._priority.live() as may:
                if may:
                    self._do_next()
            if not may:
                with self._there_is_work:
                    self._there_is_work.wait_for(lambda: self._is_stopped, _LOOK_AGAIN_SECONDS)

    def _do_next(self) -> None:
        with self._there_is_work:
            work = self._take()
        try:
            if work is not None:
                work()
        except Exception as error:  # noqa: BLE001 - the others' work goes on, and a transcript does without this
            _log.warning("live_decoding_failed", error=type(error).__name__)
        finally:
            with self._there_is_work:
                self._busy_with = None
                self._there_is_work.notify_all()

    def _take(self) -> Work | None:
        if self._captions:
            # Who has waited longest.
            self._busy_with = min(self._captions, key=lambda owner: self._captions[owner][0])
            return self._captions.pop(self._busy_with)[1]
        return None
