"""Speech is found alike in a recording that still runs and in a whole one."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe.transcription.engines import blocks
from scribe.transcription.engines.blocks import BlockFiller, PartFinder
from scribe.transcription.engines.speech import FRAME, RATE, Detector, Span, probabilities
from scribe.transcription.live import sound as held
from tests.transcription.sounds import Sound

_RUNS = st.lists(
    st.tuples(st.sampled_from([0.05, 0.4, 0.9]), st.sampled_from([1, 2, 5, 9, 14, 30, 120, 1500])),
    min_size=1,
    max_size=60,
)


def _pieces(likely: np.ndarray, sizes: list[int]) -> Iterator[np.ndarray]:
    at = number = 0
    while at < len(likely):
        size = sizes[number % len(sizes)]
        yield likely[at : at + size]
        at, number = at + size, number + 1


@settings(deadline=None, max_examples=150)
@given(_RUNS, st.lists(st.integers(1, 90), min_size=1, max_size=6), st.sampled_from([(0.25, 0.4), (0.2, 0.06)]))
def test_parts_and_blocks_are_the_same_in_whatever_pieces_the_sound_comes(
    runs: list[tuple[float, int]], sizes: list[int], kind: tuple[float, float]
) -> None:
    likely = np.concatenate([np.full(count, value, np.float32) for value, count in runs])
    whole = blocks.parts(PartFinder(min_silence_s=kind[0], pad_s=kind[1]), likely, len(likely) * FRAME)
    finder, found, seen = PartFinder(min_silence_s=kind[0], pad_s=kind[1]), list[Span](), 0

    for piece in _pieces(likely, sizes):
        needed = finder.needs_from
        new = finder.feed(piece)
        seen += len(piece)
        # Nothing is asked for that may have been forgotten, and what must be held is no more than a block.
        assert all(part.start >= needed and part.end <= seen * FRAME for part in new)
        assert seen * FRAME - finder.needs_from <= (29 + 2) * RATE
        found += new
    found += finder.finish(len(likely) * FRAME)

    assert found == whole
    assert _blocks(found) == [block.spans for block in blocks.blocks(np.zeros(len(likely) * FRAME, np.float32), whole)]


def _blocks(parts: list[Span]) -> list[tuple[Span, ...]]:
    filler = BlockFiller()
    return [*(block for part in parts for block in filler.add(part)), *filler.finish()]


@pytest.mark.parametrize("size", [1, 511, 512, 7_000, 160_000])
def test_the_detectors_values_are_the_same_in_whatever_pieces_the_sound_comes(size: int, sample_sound: Sound) -> None:
    sound = sample_sound.held[: 16_000 * (2 if size < 500 else 40)]
    detector = Detector()

    fed = [detector.feed(sound[at : at + size]) for at in range(0, len(sound), size)]

    assert np.array_equal(np.concatenate([*fed, detector.finish()]), probabilities(sound))


def test_samples_are_cut_by_their_numbers_from_the_beginning() -> None:
    sound = held.Sound()
    sound.add(np.arange(100, dtype=np.float32))
    sound.forget(40)
    sound.add(np.arange(100, 160, dtype=np.float32))

    assert list(sound.cut(90, 110)) == list(range(90, 110))
    assert (sound.start, sound.end) == (40, 160)
