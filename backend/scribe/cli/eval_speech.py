"""`scribe eval speech`: how good is the local engine on recordings with a known text.

A folder holds audio files, each with a JSON file of the same name: {"segments": [{"speaker", "start", "end", "text"}]}
(or "turns" with role, start_ms, end_ms, text). Audio without a reference is only timed.
"""

import csv
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import typer
from rapidfuzz.distance import Levenshtein

from scribe.cli import eval_notes
from scribe.cli.embedded.sample import AUDIO
from scribe.core.settings import EngineSettings
from scribe.transcription import roles
from scribe.transcription.engines.base import EngineResult, Samples
from scribe.transcription.engines.local import LocalEngine
from scribe.transcription.models import SpeakerRole

_AUDIO = {".wav", ".ogg", ".mp3", ".webm", ".flac", ".m4a"}
_FILLERS = {"uh", "um", "mm", "hmm", "mhm", "ah", "er", "erm"}
_SAME = {
    "mg": "milligrams", "milligram": "milligrams", "mcg": "micrograms", "%": "percent", "dr": "doctor", "mr": "mister",
    "mrs": "missus", "okay": "ok", "alright": "all right", "gonna": "going to", "wanna": "want to",
}  # fmt: skip
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
_ONES += "seventeen eighteen nineteen"
_NUMBERS = {word: str(value) for value, word in enumerate(_ONES.split())}
_NUMBERS |= {
    word: str(20 + 10 * at) for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}


@dataclass(frozen=True)
class Memory:
    """Samples that are decoded already."""

    held: Samples
    mime_type: str = "audio/wav"

    @property
    def duration_ms(self) -> int:
        """How long they are."""
        return len(self.held) // 16

    def samples(self) -> Samples:
        """All of them."""
        return self.held

    def opened(self, progress: Callable[[float], None] | None = None) -> BinaryIO:
        """Not needed by the local engine."""
        raise NotImplementedError


@dataclass(frozen=True)
class Score:
    """The figures of one recording; None where the reference does not say."""

    name: str
    audio_s: float
    took_s: float
    words: int
    errors: int
    matched: int
    on_right_voice: int
    right_role: int | None
    roles: str


def evaluate(folder: Path, beam: int | None) -> None:
    """Print the figures of every recording of the folder, of the project's own sample, and of the roles."""
    settings = EngineSettings() if beam is None else EngineSettings(asr_beam_size=beam)
    engine = LocalEngine(settings)
    files = [AUDIO, *sorted(p for p in folder.rglob("*") if p.suffix in _AUDIO)]
    engine.transcribe(Memory(decode(AUDIO)[: 16_000 * 8]), language="en", progress=lambda _: None)
    typer.echo(f"local engine, whisper-base int8, beam {settings.asr_beam_size}, {settings.asr_threads} threads\n")
    typer.echo(f"{'recording':<24}{'audio s':>8}{'RTF':>7}{'WER':>8}{'voice':>8}{'role':>8}  remarks")
    scores = [_score(engine, path) for path in files]
    known = [score for score in scores if score.words]
    if known:
        errors, words = sum(s.errors for s in known), sum(s.words for s in known)
        matched = sum(s.matched for s in known)
        right = sum(s.on_right_voice for s in known)
        rtf = sum(s.took_s for s in scores) / sum(s.audio_s for s in scores)
        typer.echo(
            f"{'all':<24}{sum(s.audio_s for s in scores):8.1f}{rtf:7.3f}{errors / words:8.1%}{right / matched:8.1%}"
        )
    _roles_of_texts(folder)


def _score(engine: LocalEngine, path: Path) -> Score:
    samples = decode(path)
    began = time.perf_counter()
    result = engine.transcribe(Memory(samples), language="en", progress=lambda _: None)
    took = time.perf_counter() - began
    score = compare(path, len(samples) / 16_000, took, result, _reference(path))
    shown = [f"{score.audio_s:8.1f}", f"{score.took_s / score.audio_s:7.3f}"]
    shown.append(f"{score.errors / score.words:8.1%}" if score.words else f"{'':8}")
    shown.append(f"{score.on_right_voice / score.matched:8.1%}" if score.matched else f"{'':8}")
    shown.append(f"{score.right_role / score.matched:8.1%}" if score.right_role is not None else f"{'':8}")
    remarks = [warning.code for warning in result.warnings] if result.utterances else ["no speech: no note"]
    typer.echo(f"{path.name:<24}{''.join(shown)}  {', '.join(remarks)}")
    return score


def compare(path: Path, audio_s: float, took_s: float, result: EngineResult, spoken: list[tuple[str, str]]) -> Score:
    """Words of the reference that were heard, and under whose voice and role."""
    found = roles.assign([roles.Said(turn.speaker, turn.text) for turn in result.utterances], language="en")
    heard = [
        (word, turn.speaker, str(role))
        for turn, role in zip(result.utterances, found.of_turns, strict=True)
        for word in normalised(turn.text)
    ]
    reference = [(word, speaker) for speaker, text in spoken for word in normalised(text)]
    script = Levenshtein.opcodes([word for word, _ in reference], [word for word, *_ in heard])
    errors = sum(max(b.src_end - b.src_start, b.dest_end - b.dest_start) for b in script if b.tag != "equal")
    pairs = [
        (reference[block.src_start + at][1], *heard[block.dest_start + at][1:])
        for block in script
        if block.tag == "equal"
        for at in range(block.src_end - block.src_start)
    ]
    names = sorted({speaker for _, speaker in reference})
    has_roles = set(names) <= {"doctor", "clinician", "patient"}
    meant = {"doctor": SpeakerRole.CLINICIAN, "clinician": SpeakerRole.CLINICIAN, "patient": SpeakerRole.PATIENT}
    return Score(
        name=path.name,
        audio_s=audio_s,
        took_s=took_s,
        words=len(reference),
        errors=errors,
        matched=len(pairs),
        on_right_voice=_best_mapping(pairs, names),
        right_role=sum(meant[who] == role for who, _, role in pairs) if has_roles and pairs else None,
        roles=f"{found.confidence:.2f}",
    )


def _best_mapping(pairs: list[tuple[str, str, str]], names: list[str]) -> int:
    """Words on the right voice under the best one-to-one match of the engine's labels and the speakers."""
    voices = sorted({voice for _, voice, _ in pairs})
    padded = [*names, *[""] * max(0, len(voices) - len(names))]
    return max(
        sum(dict(zip(voices, order, strict=True))[voice] == who for who, voice, _ in pairs)
        for order in itertools.permutations(padded, len(voices))
    )


def _reference(path: Path) -> list[tuple[str, str]]:
    side = path.with_suffix(".json")
    if not side.exists():
        return []
    document: dict[str, Any] = json.loads(side.read_text("utf-8"))
    turns = document.get("segments") or document.get("turns") or []
    return [(turn.get("speaker") or turn["role"], turn["text"]) for turn in turns if turn.get("text")]


def decode(path: Path) -> Samples:
    """Mono float at 16 kHz. For files of our own: hostile ones go through the sandbox."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        pieces = [piece.to_ndarray() for frame in frames for piece in resampler.resample(frame)]
    return np.concatenate(pieces, axis=1).reshape(-1).astype(np.float32)


def normalised(text: str) -> list[str]:
    """Words without case, punctuation, fillers and spelling of numbers, as WER is commonly counted."""
    text = re.sub(r"(\d)[,](\d{3})", r"\1\2", text.lower().replace("\u2019", "'").replace("%", " percent "))
    words = re.sub(r"[^\w'.]+|\.(?!\d)", " ", text.replace("-", " ")).replace("_", " ").split()
    plain = [_SAME.get(word, _NUMBERS.get(word, word)) for word in words if word not in _FILLERS]
    return " ".join(_sums(plain)).split()


def _sums(words: list[str]) -> Iterator[str]:
    """Twenty five -> 25, 5 hundred -> 500, one thousand -> 1000."""
    held: int | None = None
    for word in words:
        if word in {"hundred", "thousand"} and held is not None:
            held *= 100 if word == "hundred" else 1000
        elif word.isdigit() and held is not None and held % 10 == 0 and 0 < int(word) < 10 and 20 <= held < 100:
            held += int(word)
        else:
            if held is not None:
                yield str(held)
            held = int(word) if word.isdigit() else None
            if held is None:
                yield word
    if held is not None:
        yield str(held)


def _roles_of_texts(folder: Path) -> None:
    """Roles on written dialogues, where the folder (or the one above it) has them."""
    csv.field_size_limit(10_000_000)
    tallies: dict[str, list[tuple[bool, float]]] = {}
    for case in itertools.chain(*(eval_notes.cases(place) for place in (folder, folder.parent))):
        meant = {SpeakerRole.CLINICIAN, SpeakerRole.PATIENT}
        found = roles.assign([roles.Said(str(turn.role), turn.text) for turn in case.turns], language="en")
        pairs = zip(found.of_turns, case.turns, strict=True)
        is_right = all(role == turn.role for role, turn in pairs if turn.role in meant)
        tallies.setdefault(case.corpus, []).append((is_right, found.confidence))
    for corpus, tally in tallies.items():
        right = sum(is_right for is_right, _ in tally)
        unsure = sum(confidence < roles.CONFIDENT for _, confidence in tally)
        typer.echo(f"roles by words, {corpus}: {right} of {len(tally)} dialogues right, {unsure} flagged as uncertain")
