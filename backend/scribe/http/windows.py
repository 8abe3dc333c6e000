"""Counts of requests in windows of time, in this process: what Redis does for all processes together."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# The oldest windows are forgotten first; each is a few hundred bytes.
_KEPT = 50_000


@dataclass
class _Window:
    ends_at: float
    passed: int = 0


class Windows:
    """A window begins with a key's first request. Not for threads: the event loop calls it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[str, _Window] = OrderedDict()

    def wait_seconds(self, key: str, times: int, seconds: float) -> int:
        """Count the request: 0 if it may pass, else when to come again."""
        now = self._clock()
        window = self._open.get(key)
        if window is None or window.ends_at <= now:
            window = self._open[key] = _Window(now + seconds)
            self._open.move_to_end(key)
            self._forget(now)
        if window.passed >= times:
            return max(1, math.ceil(window.ends_at - now))
        window.passed += 1
        return 0

    def _forget(self, now: float) -> None:
        while len(self._open) > 1 and (len(self._open) > _KEPT or next(iter(self._open.values())).ends_at <= now):
            self._open.popitem(last=False)
