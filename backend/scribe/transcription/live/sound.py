"""The last samples of what goes on."""

import numpy as np

from scribe.transcription.engines.base import Samples


class Sound:
    """By their numbers from its beginning."""

    def __init__(self, start: int = 0) -> None:
        self._held: Samples = np.zeros(0, np.float32)
        self.start = self.end = start

    def add(self, samples: Samples) -> None:
        """The next ones."""
        self._held = np.concatenate((self._held, samples))
        self.end += len(samples)

    def cut(self, start: int, end: int) -> Samples:
        """Those in [start, end)."""
        return self._held[start - self.start : end - self.start].copy()

    def forget(self, before: int) -> None:
        """Those before this one are not asked for again."""
        gone = max(0, min(before, self.end) - self.start)
        self._held, self.start = self._held[gone:], self.start + gone
