"""The sample consultation: small enough to commit, and whole."""

import json
import wave
from pathlib import Path

from scribe.cli.embedded import sample_audio


def test_the_sample_becomes_a_wav_for_a_browsers_microphone(tmp_path: Path) -> None:
    reference = json.loads(sample_audio.REFERENCE.read_text())

    target = sample_audio.write_wav(tmp_path / "sample.wav")

    with wave.open(str(target)) as sound:
        duration_ms = sound.getnframes() * 1000 / sound.getframerate()
        assert (sound.getframerate(), sound.getnchannels()) == (48_000, 1)
    assert abs(duration_ms - reference["duration_ms"]) < 100
    assert reference["duration_ms"] - reference["turns"][-1]["end_ms"] >= 1000


def test_the_sample_has_two_people_and_is_small() -> None:
    turns = json.loads(sample_audio.REFERENCE.read_text())["turns"]

    assert {turn["role"] for turn in turns} == {"clinician", "patient"}
    assert sample_audio.AUDIO.stat().st_size <= 600_000
