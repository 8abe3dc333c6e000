"""Where there is speech: the voice detector's probabilities, and the spans that they make.

All of it is causal: sound may come in any pieces, and what was said of it once is never taken back. So a recording
that still runs can be worked on, and what was found holds when it is heard as a whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from scribe.transcription.engines.base import Samples

RATE = 16_000
FRAME = 512
SPEECH, SILENCE = 0.5, 0.35
_CONTEXT, _STATE = 64, (1, 1, 128)
# Ten minutes at a time: the detector copies its input, and an hour at once would take half a gigabyte.
_DETECTOR_FRAMES = 10 * 60 * RATE // FRAME

Likely = NDArray[np.float32]


@dataclass(frozen=True)
class Span:
    """Samples [start, end) of a recording; the speech proper is [speech_start, speech_end), the rest is its margin."""

    start: int
    end: int
    speech_start: int
    speech_end: int

    @property
    def length(self) -> int:
        """How many samples it has."""
        return self.end - self.start

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / RATE


class Detector:
    """How likely each 32 ms holds speech (Silero's detector, as it comes with faster-whisper).

    The values do not depend on the pieces in which the sound comes.
    """

    def __init__(self) -> None:
        self._session = get_vad_model().session
        self._hidden, self._cell = np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)
        self._before = np.zeros(_CONTEXT, np.float32)
        self._rest: Samples = np.zeros(0, np.float32)

    def feed(self, samples: Samples) -> Likely:
        """More sound; gives the values of the frames that are whole now."""
        sound = np.concatenate((self._rest, samples)) if len(self._rest) else samples
        whole = len(sound) // FRAME * FRAME
        self._rest = sound[whole:].copy()
        return self._heard(sound[:whole])

    def finish(self) -> Likely:
        """There is no more: the last frame, filled up with silence."""
        rest, self._rest = self._rest, self._rest[:0]
        return self._heard(np.pad(rest, (0, -len(rest) % FRAME)))

    def _heard(self, whole: Samples) -> Likely:
        found = [np.zeros(0, np.float32)]
        for first in range(0, len(whole), _DETECTOR_FRAMES * FRAME):
            frames = whole[first : first + _DETECTOR_FRAMES * FRAME].reshape(-1, FRAME)
            before = np.concatenate((self._before[None], frames[:-1, -_CONTEXT:]))
            self._before = frames[-1, -_CONTEXT:].copy()
            heard, self._hidden, self._cell = self._session.run(
                None, {"input": np.concatenate((before, frames), axis=1), "h": self._hidden, "c": self._cell}
            )
            found.append(np.asarray(heard, np.float32).reshape(-1))
        return np.concatenate(found)


def probabilities(samples: Samples) -> Likely:
    """How likely each 32 ms holds speech, of a whole recording."""
    detector = Detector()
    return np.concatenate((detector.feed(samples), detector.finish()))


class SpanFinder:
    """Stretches of speech: begun above SPEECH, ended by a silence of `min_silence_s`, widened by `pad_s`.

    A span is given as soon as nothing that follows can change it. Two neighbours share the silence between them;
    neither reaches into the other.
    """

    def __init__(self, *, min_silence_s: float, pad_s: float) -> None:
        self._min_silence = max(1, round(min_silence_s * RATE / FRAME))
        self.pad = round(pad_s * RATE)
        # Frames seen; where the stretch that goes on began, and since when it is silent.
        self.frames, self._start, self._quiet = 0, -1, -1
        # The stretch that ended last, if its margin is not certain yet; where the one before it ended.
        self._ended: tuple[int, int] | None = None
        self._before = -2 * self.pad

    def feed(self, likely: Likely) -> Iterator[Span]:
        """The values of further frames; gives the spans that are certain now."""
        for value in likely.tolist():
            yield from self._step(value)
            self.frames += 1

    def finish(self, length: int) -> Iterator[Span]:
        """There is no more, and so many samples in all: the spans that are left."""
        if self._start >= 0:
            yield from self._end_stretch(self._quiet if self._quiet >= 0 else self.frames)
        if self._ended is not None:
            start, end = self._ended[0], min(self._ended[1], length)
            yield Span(self._wide(start), min(length, end + self.pad), start, end)
            self._ended = None

    @property
    def open_stretch(self) -> tuple[int, int] | None:
        """The span that goes on: where it begins, and up to where it certainly reaches."""
        if self._start < 0:
            return None
        until = self._quiet if self._quiet >= 0 else self.frames
        return self._wide(self._start * FRAME), until * FRAME

    @property
    def certain_from(self) -> int:
        """No span that is still to come begins before this sample."""
        if self._ended is not None:
            return self._wide(self._ended[0])
        if self._start >= 0:
            return self._wide(self._start * FRAME)
        return max(0, self._before, self.frames * FRAME - self.pad)

    def _step(self, value: float) -> Iterator[Span]:
        if value >= SPEECH:
            self._quiet = -1
            if self._start < 0:
                yield from self._settle(self.frames * FRAME)
                self._start = self.frames
        elif self._start >= 0:
            if value < SILENCE or self._quiet >= 0:
                self._quiet = self.frames if self._quiet < 0 else self._quiet
                if self.frames - self._quiet >= self._min_silence:
                    yield from self._end_stretch(self._quiet)
        elif self._ended is not None and (self.frames + 1) * FRAME - self._ended[1] >= 2 * self.pad:
            yield from self._settle((self.frames + 1) * FRAME)

    def _end_stretch(self, at_frame: int) -> Iterator[Span]:
        self._ended = (self._start * FRAME, at_frame * FRAME)
        self._start = self._quiet = -1
        yield from ()

    def _settle(self, following: int) -> Iterator[Span]:
        """The stretch that ended last, as the next one begins at this sample at the earliest."""
        if self._ended is not None:
            start, end = self._ended
            yield Span(self._wide(start), end + min(self.pad, (following - end + 1) // 2), start, end)
            self._before, self._ended = end, None

    def _wide(self, start: int) -> int:
        return max(0, start - min(self.pad, (start - self._before) // 2))


def sound_of(samples: Samples, parts: Iterable[Span]) -> Samples:
    """The spans put end to end."""
    return np.concatenate([samples[span.start : span.end] for span in parts])
