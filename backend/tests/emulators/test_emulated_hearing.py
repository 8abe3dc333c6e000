"""Where words come from: the sound itself."""

import io
from pathlib import Path

import av
import httpx
import numpy as np
import pytest

from scribe.cli.embedded import models
from scribe.cli.embedded.sample import AUDIO
from scribe.core.settings import EngineSettings
from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.hearing.sound import Sound, decode
from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import VISIT, finished, submitted
from tests.recordings import media


def heard(sound: Sound) -> list[tuple[str, str]]:
    found = whistles.hear(sound)
    assert found is not None
    return [(turn[0].speaker, " ".join(word.text for word in turn)) for turn in found.turns()]


@pytest.mark.parametrize("kind", list(media.KINDS))
def test_whistled_words_survive_every_container_and_codec(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "audio"
    path.write_bytes(media.encoded(whistles.say(VISIT, rate=media.RATE), kind))

    assert heard(decode(path)) == list(VISIT)


def test_whistled_words_may_be_of_any_script() -> None:
    turns = [("C", "Jürgen nimmt täglich 5 µg"), ("A", "日本 ok")]

    assert heard(Sound(whistles.say(turns))) == turns


def test_a_word_that_is_damaged_is_known_to_be_and_the_others_are_whole() -> None:
    samples, other = (whistles.say([("A", f"one {word} three")]) for word in ("penicillin", "pfnicillin"))
    differing = np.flatnonzero(samples != other)
    # The tone of half a letter comes from another word: all that is left is good text, and false.
    half = slice(differing[0], differing[0] + 28 * 16)

    samples[half] = other[half]

    found = whistles.hear(Sound(samples))
    assert found is not None
    assert [word.text for word in found.words] == ["one", whistles.DAMAGED, "three"]


def test_noise_and_speech_are_not_whistled() -> None:
    assert whistles.hear(Sound(np.random.default_rng(1).standard_normal(32_000).astype(np.float32))) is None
    assert whistles.hear(decode(AUDIO)) is None


def test_a_file_that_is_cut_off_is_heard_as_far_as_it_goes(http: httpx.Client, visit: bytes) -> None:
    body = finished(http, submitted(http, visit[: len(visit) // 2]))

    assert body["status"] == "completed"
    assert VISIT[0][1].startswith(body["text"][:30])
    assert body["audio_duration"] < 10


@pytest.mark.slow
def test_speech_is_heard_by_the_projects_own_engine() -> None:
    if models.missing(EngineSettings().model_dir):
        pytest.skip("the models are not fetched: python -m scribe.cli models fetch")
    with Emulator() as emulator, httpx.Client(base_url=emulator.url, headers={"authorization": emulator.key}) as http:
        roles = {"speaker_type": "role", "known_values": ["doctor", "patient"]}
        fields = {"speaker_labels": True, "speech_understanding": {"request": {"speaker_identification": roles}}}

        body = finished(http, submitted(http, _beginning(AUDIO, seconds=20), **fields))

    assert [turn["speaker"] for turn in body["utterances"]] == ["doctor", "patient"] * 2 + ["doctor"]
    assert "What brings you in today?" in body["utterances"][0]["text"]
    assert "cough" in body["utterances"][1]["text"]
    assert 18_000 < body["words"][-1]["end"] <= 20_000


def _beginning(path: Path, seconds: float) -> bytes:
    samples = decode(path).held[: round(seconds * 16_000)]
    sink = io.BytesIO()
    with av.open(sink, "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            (samples * 32767).astype(np.int16).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return sink.getvalue()
