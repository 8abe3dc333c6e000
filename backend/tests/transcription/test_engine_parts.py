"""The local engine's parts: where speech is, whose voice, which turns."""

import numpy as np
import pytest

from scribe.transcription.engines import blocks, turns, voices
from scribe.transcription.engines.base import EngineWord
from scribe.transcription.engines.blocks import PartFinder
from scribe.transcription.engines.speech import FRAME, RATE, Span, SpanFinder
from scribe.transcription.engines.voices import Voiced


def _likely(*runs: tuple[float, float]) -> np.ndarray:
    """Probabilities of runs of (seconds, value)."""
    return np.concatenate([np.full(round(s * RATE / FRAME), v, np.float32) for s, v in runs])


def _spans(likely: np.ndarray, *, min_silence_s: float, pad_s: float) -> list[Span]:
    finder = SpanFinder(min_silence_s=min_silence_s, pad_s=pad_s)
    return [*finder.feed(likely), *finder.finish(len(likely) * FRAME)]


def _parts(likely: np.ndarray) -> list[Span]:
    return blocks.parts(PartFinder(min_silence_s=0.3, pad_s=0.4), likely, len(likely) * FRAME)


def _words(text: str, start_ms: int = 0, each_ms: int = 300) -> list[EngineWord]:
    return [
        EngineWord(word, start_ms + at * each_ms, start_ms + (at + 1) * each_ms, 0.9)
        for at, word in enumerate(text.split())
    ]


def test_a_short_pause_does_not_end_a_span_and_a_long_one_does() -> None:
    likely = _likely((1, 0.9), (0.1, 0.1), (1, 0.9), (1, 0.1), (1, 0.9))

    found = _spans(likely, min_silence_s=0.3, pad_s=0.1)

    assert [round(span.seconds, 1) for span in found] == [2.2, 1.1]


def test_neighbours_share_the_silence_between_them() -> None:
    likely = _likely((1, 0.9), (0.5, 0.1), (1, 0.9))

    first, second = _spans(likely, min_silence_s=0.3, pad_s=5)

    assert (first.start, second.end) == (0, len(likely) * FRAME)
    assert first.end == second.start


def test_no_speech_has_no_spans() -> None:
    assert _spans(_likely((3, 0.1)), min_silence_s=0.3, pad_s=0.1) == []


def test_blocks_hold_all_speech_in_order_and_fit_the_window() -> None:
    likely = _likely(*[(4, 0.9), (0.5, 0.1)] * 30)
    samples = np.arange(len(likely) * FRAME, dtype=np.float32)
    parts = _parts(likely)

    made = list(blocks.blocks(samples, parts))

    assert all(len(block.samples) <= 29 * RATE for block in made)
    assert [span for block in made for span in block.spans] == parts


def test_speech_without_a_pause_is_cut_and_nothing_is_lost() -> None:
    likely = _likely((100, 0.9))
    samples = np.arange(len(likely) * FRAME, dtype=np.float32)

    made = list(blocks.blocks(samples, _parts(likely)))

    assert all(len(block.samples) <= 29 * RATE for block in made)
    assert np.array_equal(np.concatenate([block.samples for block in made]), samples)


def test_times_lead_back_to_the_recording() -> None:
    joined = blocks.Joined(np.zeros(3 * RATE, np.float32), (_span(10, 12), _span(20, 21)))

    assert [joined.original_ms(at) for at in (0, 1.5, 2.25, 9)] == [10_000, 11_500, 20_250, 21_000]


def _span(start_s: float, end_s: float) -> Span:
    start, end = round(start_s * RATE), round(end_s * RATE)
    return Span(start, end, start, end)


def _prints(*counts: int, spread: float = 0.15) -> np.ndarray:
    """That many prints around one direction for each voice, as real ones scatter."""
    chance = np.random.default_rng(1)
    centres = np.eye(64, dtype=np.float32)[: len(counts)]
    rows = [centre + chance.normal(0, spread / 4, (count, 64)) for centre, count in zip(centres, counts, strict=True)]
    prints = np.concatenate(rows)
    return (prints / np.linalg.norm(prints, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("counts", [(80,), (50, 40), (40, 60, 30)])
def test_voices_are_counted_by_evidence(counts: tuple[int, ...]) -> None:
    labels = voices.group(_prints(*counts))

    assert [int((labels == voice).sum()) for voice in range(len(counts))] == list(counts)


def test_a_few_odd_sounds_are_no_second_voice() -> None:
    assert set(voices.group(_prints(200, 2))) == {0}


def test_an_hour_of_prints_is_grouped_by_a_sample_of_them() -> None:
    labels = voices.group(_prints(5000, 4000))

    assert (labels[:5000] == 0).all()
    assert (labels[5000:] == 1).all()


def test_a_sentence_stays_together_when_one_word_seems_anothers() -> None:
    words = _words("Do you have any pain?") + _words("No pain at all.", 1500)
    voiced = [Voiced(0, 900, 0), Voiced(900, 1200, 1), Voiced(1200, 1500, 0), Voiced(1500, 2700, 1)]

    made = turns.build(words, voiced)

    assert [(turn.speaker, turn.text) for turn in made] == [("A", "Do you have any pain?"), ("B", "No pain at all.")]


def test_a_sentence_without_an_end_is_cut_where_the_voice_changes() -> None:
    words = _words("and how long has that been about two weeks now I think")
    voiced = [Voiced(0, 1800, 0), Voiced(1800, 3600, 1)]

    made = turns.build(words, voiced)

    assert [turn.text for turn in made] == ["and how long has that been", "about two weeks now I think"]


def test_titles_do_not_end_sentences() -> None:
    made = turns.build(_words("I'm Dr. Ellis."), [Voiced(0, 450, 0), Voiced(450, 900, 1)])

    assert len(made) == 1


def test_a_long_speech_is_divided_between_sentences() -> None:
    words = _words("One two three four. " * 30)

    made = turns.build(words, [Voiced(0, 40_000, 0)])

    assert len(made) == 2
    assert all(turn.end_ms - turn.start_ms <= 20_000 for turn in made)
    assert made[0].text.endswith(".")


def test_without_voices_all_words_are_one_speakers() -> None:
    assert {turn.speaker for turn in turns.build(_words("Hello there."), [])} == {"A"}


def test_no_words_make_no_turns() -> None:
    assert turns.build([], []) == ()
