"""The sample consultation: small enough to commit, and whole."""

import json

import av

from scribe.cli.embedded.sample import AUDIO

REFERENCE = json.loads(AUDIO.with_suffix(".json").read_text())


def test_the_samples_reference_is_as_long_as_its_sound() -> None:
    with av.open(str(AUDIO)) as container:
        duration_ms = container.duration / 1000

    assert abs(duration_ms - REFERENCE["duration_ms"]) < 100
    assert REFERENCE["duration_ms"] - REFERENCE["turns"][-1]["end_ms"] >= 1000


def test_the_sample_has_two_people_and_is_small() -> None:
    assert {turn["role"] for turn in REFERENCE["turns"]} == {"clinician", "patient"}
    assert AUDIO.stat().st_size <= 600_000
