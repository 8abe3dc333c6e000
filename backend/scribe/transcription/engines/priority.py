"""Who may decode on this machine: the stages always, work on running recordings one at a time and only beside none.

A doctor who waits for a draft waits for as little as possible; captions have time, or none.
"""

import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class Priority:
    """Locks on two files, so that it holds among all workers that share this machine's temporary directory."""

    def __init__(self, directory: Path | None = None) -> None:
        place = directory or Path(tempfile.gettempdir())
        self._stages, self._live = (place / f"scribe-decoding-{os.getuid()}-{name}" for name in ("stages", "live"))
        self._mutex = threading.Lock()
        self._stages_here = 0

    @contextmanager
    def stage(self) -> Iterator[None]:
        """A stage decodes; it waits for nobody."""
        with self._mutex:
            self._stages_here += 1
        try:
            with self._stages.open("ab") as file:
                # Held by another only for the moment of a look; then it is that one's turn to wait.
                _lock(file, fcntl.LOCK_SH)
                yield
        finally:
            with self._mutex:
                self._stages_here -= 1

    @contextmanager
    def live(self) -> Iterator[bool]:
        """Whether work on a running recording may be done now; the block is all of it."""
        if self._stages_here:
            yield False
            return
        with self._live.open("ab") as ours:
            if not _try_lock(ours):
                yield False
                return
            with self._stages.open("ab") as theirs:
                is_free = _try_lock(theirs)
            yield is_free


def _lock(file: BinaryIO, how: int) -> None:
    fcntl.flock(file, how)


def _try_lock(file: BinaryIO) -> bool:
    try:
        _lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
