"""Consultations to measure drafts on: public ones with a note that a clinician wrote, or the sample."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scribe.cli.embedded.sample import AUDIO
from scribe.notes.drafting.base import Turn
from scribe.transcription.models import SpeakerRole

_WORD_MS = 300


@dataclass(frozen=True)
class Case:
    """A consultation and the note that a clinician wrote of it."""

    corpus: str
    name: str
    turns: tuple[Turn, ...]
    # None where no clinician wrote one.
    reference: str | None


def cases(directory: Path) -> Iterator[Case]:
    """Every consultation of ACI-BENCH (csv) and PriMock57 (TextGrid) below a folder."""
    for path in sorted((directory / "aci-bench").glob("*.csv")):
        if path.stem.endswith("metadata"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield Case("aci-bench", row["encounter_id"], tuple(_dialogue(row["dialogue"])), row["note"])
    for path in sorted((directory / "primock57" / "notes").glob("*.json")):
        turns = tuple(_text_grids(directory / "primock57" / "transcripts", path.stem))
        yield Case("primock57", path.stem, turns, json.loads(path.read_text("utf-8"))["note"])


def sample() -> Iterator[Case]:
    """The consultation that comes with Scribe."""
    spoken = json.loads(AUDIO.with_name("consultation.json").read_text("utf-8"))["turns"]
    turns = (_turn(at, SpeakerRole(each["role"]), each["start_ms"], each["text"]) for at, each in enumerate(spoken))
    yield Case("sample", "sample", tuple(turns), None)


def _dialogue(text: str) -> Iterator[Turn]:
    """Tokenised lines `[doctor] hi , brian .` as turns of running text, the words timed evenly."""
    at = 0
    for number, match in enumerate(re.finditer(r"^\[(\w+)\]\s*(.*(?:\n(?!\[).*)*)", text, re.MULTILINE)):
        said = re.sub(r"\s+(n't|'\w+|[,.?!;:])", r"\1", " ".join(match[2].split()))
        said = re.sub(r"\b(wan|gon|got) (na|ta)\b", r"\1\2", said)
        turn = _turn(number, _role(match[1]), at, said)
        at = turn.end_ms + _WORD_MS
        if said:
            yield turn


def _role(name: str) -> SpeakerRole:
    roles = {"doctor": SpeakerRole.CLINICIAN, "patient": SpeakerRole.PATIENT}
    return roles.get(name.lower(), SpeakerRole.OTHER)


def _text_grids(directory: Path, name: str) -> Iterator[Turn]:
    said: list[tuple[float, SpeakerRole, str]] = []
    for who in ("doctor", "patient"):
        text = (directory / f"{name}_{who}.TextGrid").read_text("utf-8")
        for start, words in re.findall(r'xmin = ([\d.]+)\s+xmax = [\d.]+\s+text = "(.*?)"\s*$', text, re.MULTILINE):
            clean = " ".join(re.sub(r"<[^>]*>", " ", words).split())
            if clean:
                said.append((float(start), _role(who), clean))
    for number, (start_s, role, words) in enumerate(sorted(said, key=lambda turn: turn[0])):
        yield _turn(number, role, int(start_s * 1000), words)


def _turn(number: int, role: SpeakerRole, start_ms: int, text: str) -> Turn:
    words = tuple(
        (word, start_ms + index * _WORD_MS, start_ms + (index + 1) * _WORD_MS, 1.0)
        for index, word in enumerate(text.split())
    )
    end_ms = words[-1][2] if words else start_ms
    return Turn(number, role, start_ms, end_ms, text, words)
