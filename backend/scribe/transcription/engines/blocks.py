"""Speech in blocks that fit a recogniser's window, divided in pauses. Causal, as `speech` is."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from scribe.transcription.engines.base import Samples
from scribe.transcription.engines.speech import FRAME, RATE, Likely, Span, SpanFinder, sound_of

# Whisper hears 30 s at a time. Blocks that fit its window and end in pauses lose no half sentences at its edge, and
# an hour takes no more memory than a minute.
BLOCK_S = 29.0
_LEAST_FULL = 0.75

Block = tuple[Span, ...]


@dataclass(frozen=True)
class Joined:
    """Spans put end to end, and the way back to the recording's own time."""

    samples: Samples
    spans: Block

    def original_ms(self, seconds: float) -> int:
        """The recording's time, in milliseconds, of a time in the joined samples."""
        at, starts, total = round(seconds * RATE), [], 0
        for span in self.spans:
            starts.append(total)
            total += span.end - span.start
        number = max(0, bisect_right(starts, at) - 1)
        span = self.spans[number]
        return round(min(span.end, span.start + at - starts[number]) * 1000 / RATE)


class PartFinder:
    """Spans of speech, none longer than a block: what has no pause for longer is cut where it is calmest."""

    def __init__(self, *, min_silence_s: float, pad_s: float, max_s: float = BLOCK_S) -> None:
        self._room = round(max_s * RATE)
        self._finder = SpanFinder(min_silence_s=min_silence_s, pad_s=pad_s)
        # The detector's values since a frame.
        self._likely, self._likely_from = np.zeros(0, np.float32), 0
        # Where the rest begins of a span that had to be cut while it went on.
        self._cut_at: int | None = None

    def feed(self, likely: Likely) -> list[Span]:
        """The values of further frames; gives the parts that are certain now."""
        self._likely = np.concatenate((self._likely, likely))
        found = [part for span in self._finder.feed(likely) for part in self._ended(span)]
        going_on = self._finder.open_stretch
        if going_on is not None:
            found += self._cut_off(*going_on)
        self._forget()
        return found

    def finish(self, length: int) -> list[Span]:
        """There is no more: the parts that are left."""
        return [part for span in self._finder.finish(length) for part in self._ended(span)]

    @property
    def needs_from(self) -> int:
        """Samples before this one are in no part that is still to come."""
        return self._finder.certain_from if self._cut_at is None else self._cut_at

    def _ended(self, span: Span) -> Iterator[Span]:
        yield from self._cut_off(span.start, span.end)
        start = span.start if self._cut_at is None else self._cut_at
        yield Span(start, span.end, max(start, span.speech_start), span.speech_end)
        self._cut_at = None

    def _cut_off(self, start: int, end: int) -> Iterator[Span]:
        start = start if self._cut_at is None else self._cut_at
        while end - start > self._room:
            first, last = (start + self._room * 3 // 5) // FRAME, (start + self._room) // FRAME
            likely = self._likely[first - self._likely_from : last - self._likely_from]
            calm = np.convolve(likely, np.ones(5) / 5, "same")
            cut = (first + int(calm.argmin())) * FRAME
            yield Span(start, cut, start, cut)
            start = self._cut_at = cut

    def _forget(self) -> None:
        unused = min(len(self._likely), max(0, self.needs_from // FRAME - self._likely_from))
        self._likely, self._likely_from = self._likely[unused:], self._likely_from + unused


class BlockFiller:
    """Parts in blocks of at most `max_s` seconds, divided in pauses: the longest one near the block's end.

    A recogniser whose window ends in the middle of a sentence may drop the rest of it without a word. A block is given
    once the first part that has no room in it is there.
    """

    def __init__(self, max_s: float = BLOCK_S) -> None:
        self._room = round(max_s * RATE)
        self._parts: list[Span] = []

    def add(self, part: Span) -> Iterator[Block]:
        """The next part; gives the blocks that are certain now."""
        self._parts.append(part)
        while (fitting := self._fitting()) < len(self._parts):
            count = self._longest_pause(fitting)
            block, self._parts = tuple(self._parts[:count]), self._parts[count:]
            yield block

    def finish(self) -> Iterator[Block]:
        """There is no more: the block that is left."""
        if self._parts:
            yield tuple(self._parts)

    def _fitting(self) -> int:
        fitting, taken = 1, self._parts[0].length
        while fitting < len(self._parts) and taken + self._parts[fitting].length <= self._room:
            taken += self._parts[fitting].length
            fitting += 1
        return fitting

    def _longest_pause(self, fitting: int) -> int:
        """After how many of the fitting parts to end a block; never before it is nearly full."""
        taken, best, longest = 0, fitting, -1
        for count in range(1, fitting + 1):
            taken += self._parts[count - 1].length
            pause = self._parts[count].speech_start - self._parts[count - 1].speech_end
            if taken >= self._room * _LEAST_FULL and pause >= longest:
                best, longest = count, pause
        return best


def to_recognise() -> PartFinder:
    """Parts to be put into blocks: silence is kept for 0.4 s around speech, and else left out."""
    return PartFinder(min_silence_s=0.25, pad_s=0.4)


def to_tell_voices() -> PartFinder:
    """Parts that hold next to nothing but speech."""
    return PartFinder(min_silence_s=0.2, pad_s=0.06)


def parts(finder: PartFinder, likely: Likely, length: int) -> list[Span]:
    """The parts of a whole recording of so many samples."""
    return [*finder.feed(likely), *finder.finish(length)]


def blocks(samples: Samples, found: Iterable[Span]) -> Iterator[Joined]:
    """The blocks of a whole recording with these parts."""
    filler = BlockFiller()
    for part in found:
        for block in filler.add(part):
            yield Joined(sound_of(samples, block), block)
    for block in filler.finish():
        yield Joined(sound_of(samples, block), block)
