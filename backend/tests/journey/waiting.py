"""Waiting for what happens elsewhere: looked for again and again, and never believed to have happened."""

import contextlib
import time
from collections.abc import Callable


def wait_until(
    check: Callable[[], object],
    what: str,
    *,
    seconds: float = 120,
    every: float = 0.05,
    passing: tuple[type[Exception], ...] = (),
) -> None:
    """Look until `check` is true; `passing` errors mean: not yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(*passing):
            if check():
                return
        time.sleep(every)
    raise AssertionError(f"waited in vain: {what}")
