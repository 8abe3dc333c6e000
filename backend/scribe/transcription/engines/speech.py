"""Where there is speech: the voice detector's probabilities, the spans they make, and audio without its silences."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from scribe.transcription.engines.base import Samples

RATE = 16_000
FRAME = 512
SPEECH, SILENCE = 0.5, 0.35
# Ten minutes at a time: the detector copies its input, and an hour at once would take half a gigabyte.
_DETECTOR_FRAMES = 10 * 60 * RATE // FRAME


@dataclass(frozen=True)
class Span:
    """Samples [start, end) of a recording."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / RATE


def probabilities(samples: Samples) -> NDArray[np.float32]:
    """How likely each 32 ms holds speech (Silero's detector, as it comes with faster-whisper)."""
    detector = get_vad_model()
    found = []
    for first in range(0, len(samples), _DETECTOR_FRAMES * FRAME):
        block = samples[first : first + _DETECTOR_FRAMES * FRAME]
        padded = np.pad(block, (0, -len(block) % FRAME))
        found.append(np.asarray(detector(padded), np.float32).reshape(-1))
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def spans(likely: NDArray[np.float32], length: int, *, min_silence_s: float, pad_s: float) -> list[Span]:
    """Stretches of speech: begun above SPEECH, ended by a silence of `min_silence_s`, widened by `pad_s`."""
    raw = list(_stretches(likely, max(1, round(min_silence_s * RATE / FRAME))))
    pad, found = round(pad_s * RATE), []
    for number, (first, last) in enumerate(raw):
        before = raw[number - 1][1] * FRAME if number else -2 * pad
        after = raw[number + 1][0] * FRAME if number + 1 < len(raw) else length + 2 * pad
        start, end = first * FRAME, min(last * FRAME, length)
        # Two neighbours share the silence between them; neither reaches into the other.
        found.append(
            Span(max(0, start - min(pad, (start - before) // 2)), min(length, end + min(pad, (after - end) // 2)))
        )
    return found


def _stretches(likely: NDArray[np.float32], min_silence: int) -> Iterator[tuple[int, int]]:
    start, quiet_since = -1, -1
    for frame, value in enumerate(likely.tolist()):
        if value >= SPEECH:
            quiet_since = -1
            if start < 0:
                start = frame
        elif start >= 0 and (value < SILENCE or quiet_since >= 0):
            quiet_since = frame if quiet_since < 0 else quiet_since
            if frame - quiet_since >= min_silence:
                yield start, quiet_since
                start, quiet_since = -1, -1
    if start >= 0:
        yield start, quiet_since if quiet_since >= 0 else len(likely)


@dataclass(frozen=True)
class Joined:
    """Spans put end to end, and the way back to the recording's own time."""

    samples: Samples
    spans: tuple[Span, ...]

    def original_ms(self, seconds: float) -> int:
        """The recording's time, in milliseconds, of a time in the joined samples."""
        at, starts, total = round(seconds * RATE), [], 0
        for span in self.spans:
            starts.append(total)
            total += span.end - span.start
        number = max(0, bisect_right(starts, at) - 1)
        span = self.spans[number]
        return round(min(span.end, span.start + at - starts[number]) * 1000 / RATE)


def joined_blocks(samples: Samples, parts: list[Span], likely: NDArray[np.float32], max_s: float) -> Iterator[Joined]:
    """The spans in blocks of at most `max_s` seconds; one that is longer is cut where it is quietest."""
    room, block = round(max_s * RATE), list[Span]()
    for span in _cut_long(parts, likely, room):
        taken = sum(part.end - part.start for part in block)
        if block and taken + span.end - span.start > room:
            yield _join(samples, block)
            block = []
        block.append(span)
    if block:
        yield _join(samples, block)


def _join(samples: Samples, block: list[Span]) -> Joined:
    return Joined(np.concatenate([samples[span.start : span.end] for span in block]), tuple(block))


def _cut_long(parts: list[Span], likely: NDArray[np.float32], room: int) -> Iterator[Span]:
    for span in parts:
        start = span.start
        while span.end - start > room:
            first, last = (start + room * 3 // 5) // FRAME, (start + room) // FRAME
            calm = np.convolve(likely[first:last], np.ones(15) / 15, "same")
            cut = (first + int(calm.argmin())) * FRAME
            yield Span(start, cut)
            start = cut
        yield Span(start, span.end)
