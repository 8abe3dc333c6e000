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
_LEAST_FULL = 0.75
# Ten minutes at a time: the detector copies its input, and an hour at once would take half a gigabyte.
_DETECTOR_FRAMES = 10 * 60 * RATE // FRAME


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
        wide_start = max(0, start - min(pad, (start - before) // 2))
        found.append(Span(wide_start, min(length, end + min(pad, (after - end + 1) // 2)), start, end))
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
    """The spans in blocks of at most `max_s` seconds, divided in pauses: the longest one near the block's end.

    A recogniser whose window ends in the middle of a sentence may drop the rest of it without a word.
    """
    room = round(max_s * RATE)
    left = list(_cut_long(parts, likely, room))
    while left:
        fitting, taken = 1, left[0].length
        while fitting < len(left) and taken + left[fitting].length <= room:
            taken += left[fitting].length
            fitting += 1
        count = fitting if fitting == len(left) else _longest_pause(left, fitting, room)
        block, left = left[:count], left[count:]
        yield Joined(np.concatenate([samples[span.start : span.end] for span in block]), tuple(block))


def _longest_pause(parts: list[Span], fitting: int, room: int) -> int:
    """After how many of the fitting parts to end a block; never before it is half full."""
    taken, best, longest = 0, fitting, -1
    for count in range(1, fitting + 1):
        taken += parts[count - 1].length
        pause = parts[count].speech_start - parts[count - 1].speech_end
        if taken >= room * _LEAST_FULL and pause >= longest:
            best, longest = count, pause
    return best


def _cut_long(parts: list[Span], likely: NDArray[np.float32], room: int) -> Iterator[Span]:
    """Speech without a pause for longer than a block is cut where it is calmest."""
    for span in parts:
        start = span.start
        while span.end - start > room:
            first, last = (start + room * 3 // 5) // FRAME, (start + room) // FRAME
            calm = np.convolve(likely[first:last], np.ones(5) / 5, "same")
            cut = (first + int(calm.argmin())) * FRAME
            yield Span(start, cut, start, cut)
            start = cut
        yield Span(start, span.end, max(start, span.speech_start), span.speech_end)
