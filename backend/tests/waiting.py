"""Waiting for what happens elsewhere: looked for again and again, and never believed to have happened."""

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
    last: Exception | None = None
    while time.monotonic() < deadline:
        try:
            if check():
                return
        except passing as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"waited in vain: {what}" + (f" ({type(last).__name__}: {last})" if last else ""))
