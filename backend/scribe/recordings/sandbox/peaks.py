"""The loudness overview of audio of unknown length, in bounded memory."""

import numpy as np
from numpy.typing import NDArray

WANTED = 2000


class PeakMeter:
    """Holds the loudest sample of each stretch; when the stretches get too many, neighbours are joined."""

    def __init__(self, rate: int) -> None:
        self._stretch = max(1, rate // 200)
        self._peaks: list[float] = []
        self._open: NDArray[np.float32] = np.empty(0, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> None:
        """The next samples, mono."""
        together = np.concatenate((self._open, samples)) if len(self._open) else samples
        whole = len(together) // self._stretch * self._stretch
        if whole:
            self._peaks += np.abs(together[:whole]).reshape(-1, self._stretch).max(axis=1).tolist()
        self._open = together[whole:].copy()
        if len(self._peaks) > 8 * WANTED:
            self._join()

    def peaks(self) -> list[float]:
        """At most about 2,000 values 0..1."""
        values = self._peaks + ([float(np.abs(self._open).max())] if len(self._open) else [])
        if len(values) > WANTED:
            edges = np.linspace(0, len(values), WANTED + 1).astype(int)[:-1]
            values = np.maximum.reduceat(np.array(values), edges).tolist()
        return [round(min(1.0, value), 3) for value in values]

    def _join(self) -> None:
        if len(self._peaks) % 2:
            # The odd one keeps its place by being joined with silence.
            self._peaks.append(0.0)
        self._peaks = [max(pair) for pair in zip(self._peaks[::2], self._peaks[1::2], strict=True)]
        self._stretch *= 2
