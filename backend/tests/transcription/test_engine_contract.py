"""What every engine keeps to."""

import numpy as np
import pytest

from scribe.transcription.engines.base import Engine, EngineFailed, EngineResult
from tests.transcription.sounds import Sound


@pytest.fixture(scope="module")
def progress(engine: Engine) -> list[float]:
    return []


@pytest.fixture(scope="module")
def result(engine: Engine, sample_sound: Sound, progress: list[float]) -> EngineResult:
    return engine.transcribe(sample_sound, language="en", progress=progress.append)


def test_turns_come_in_order_and_stay_within_the_audio(result: EngineResult, sample_sound: Sound) -> None:
    starts = [turn.start_ms for turn in result.utterances]

    assert starts == sorted(starts)
    assert all(0 <= turn.start_ms <= turn.end_ms <= sample_sound.duration_ms + 100 for turn in result.utterances)


def test_a_turn_is_its_words(result: EngineResult) -> None:
    for turn in result.utterances:
        assert turn.text == " ".join(word.text for word in turn.words)
        assert turn.start_ms == turn.words[0].start_ms
        assert turn.end_ms == max(word.end_ms for word in turn.words)


def test_words_have_probabilities_and_no_spaces(result: EngineResult) -> None:
    words = [word for turn in result.utterances for word in turn.words]

    assert all(0 <= word.probability <= 1 for word in words)
    assert all(word.text and not any(sign.isspace() for sign in word.text) for word in words)


def test_voices_are_lettered_in_order_of_appearance(result: EngineResult) -> None:
    order = list(dict.fromkeys(turn.speaker for turn in result.utterances))

    assert order == ["A", "B"]


def test_the_language_is_the_one_asked_for(result: EngineResult) -> None:
    assert result.language == "en"
    assert result.engine
    assert result.model
    assert result.speech_ms > 0


def test_progress_goes_up_to_one_at_most(result: EngineResult, progress: list[float]) -> None:
    assert progress
    assert progress == sorted(progress)
    assert all(0 <= value <= 1 for value in progress)


def test_silence_has_no_utterances(engine: Engine) -> None:
    silent = engine.transcribe(Sound(np.zeros(16_000 * 5, np.float32)), language="en", progress=lambda _: None)

    assert silent.utterances == ()
    assert silent.speech_ms == 0


def test_no_audio_at_all_has_no_utterances_or_is_refused(engine: Engine) -> None:
    heard: object
    try:
        heard = engine.transcribe(Sound(np.zeros(0, np.float32)), language="en", progress=lambda _: None).utterances
    except EngineFailed as refused:
        heard = refused.code

    assert heard in ((), "audio_refused")


def test_what_progress_raises_ends_the_work(engine: Engine, sample_sound: Sound) -> None:
    class Lost(Exception):
        pass

    def raise_lost(_: float) -> None:
        raise Lost

    with pytest.raises(Lost):
        engine.transcribe(sample_sound, language="en", progress=raise_lost)
