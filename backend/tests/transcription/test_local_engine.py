"""What the local engine makes of the project's sample, of noise, and of missing models."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scribe.cli import eval_speech
from scribe.cli.embedded.sample import AUDIO
from scribe.core.settings import EngineSettings
from scribe.transcription.engines.base import EngineFailed, EngineResult
from scribe.transcription.engines.local import LocalEngine
from tests.transcription.sounds import Sound, tone

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def result(local_engine: LocalEngine, sample_sound: Sound) -> EngineResult:
    return local_engine.transcribe(sample_sound, language="en", progress=lambda _: None)


def test_the_samples_words_voices_and_roles_are_right(
    result: EngineResult, sample_reference: list[dict[str, Any]]
) -> None:
    spoken = [(turn["role"], turn["text"]) for turn in sample_reference]

    score = eval_speech.compare(AUDIO, 95, 10, result, spoken)

    assert score.errors / score.words <= 0.05
    assert score.on_right_voice / score.matched >= 0.98
    assert score.right_role == score.on_right_voice


def test_words_lie_where_they_are_said(result: EngineResult, sample_reference: list[dict[str, Any]]) -> None:
    last = result.utterances[-1]

    assert abs(last.start_ms - sample_reference[-1]["start_ms"]) < 1500
    assert abs(last.end_ms - sample_reference[-1]["end_ms"]) < 1500


@pytest.mark.parametrize("kind", ["noise", "hum", "short"])
def test_what_is_no_speech_has_no_utterances(local_engine: LocalEngine, sample_sound: Sound, kind: str) -> None:
    sounds = {
        "noise": np.random.default_rng(0).normal(0, 0.1, 16_000 * 10).astype(np.float32),
        "hum": tone(10),
        "short": sample_sound.held[:11_000],
    }

    heard = local_engine.transcribe(Sound(sounds[kind]), language="en", progress=lambda _: None)

    assert heard.utterances == ()


def test_missing_models_are_said_in_plain_words(tmp_path: Path) -> None:
    engine = LocalEngine(EngineSettings(model_dir=tmp_path))

    with pytest.raises(EngineFailed, match="not installed") as caught:
        engine.transcribe(Sound(tone(3)), language="en", progress=lambda _: None)

    assert caught.value.code == "models_missing"
