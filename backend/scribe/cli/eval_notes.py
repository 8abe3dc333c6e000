"""`scribe eval notes`: how good are the drafts on consultations with a note that a clinician wrote."""

import csv
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer

from scribe.notes import evidence, facts, lexicon
from scribe.notes.drafting.base import DraftSentence, SectionSpec, Turn
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.spans import TurnBook
from scribe.notes.templates import SHIPPED
from scribe.transcription.models import SpeakerRole

_WORD_MS = 300


@dataclass(frozen=True)
class Case:
    """A consultation and the note that a clinician wrote of it."""

    corpus: str
    name: str
    turns: tuple[Turn, ...]
    reference: str


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


@dataclass(frozen=True)
class Score:
    """The figures of one draft."""

    sentences: int
    words: int
    length_share: float
    verified: float
    duplicates: int
    content_recall: float
    term_recall: float
    said_term_recall: float
    content_precision: float
    rouge_1: float
    rouge_2: float
    rouge_l: float
    milliseconds: float


def score(case: Case, sections: list[SectionSpec]) -> Score:
    """Draft a case's note and compare it with the clinician's."""
    started = time.perf_counter()
    draft = ExtractiveDrafter().draft(list(case.turns), sections, language="en").sentences
    elapsed = (time.perf_counter() - started) * 1000
    book = TurnBook(case.turns)
    text, said = " ".join(s.text for s in draft), " ".join(turn.text for turn in case.turns)
    ours, theirs = _content(text), _content(case.reference)
    our_terms, their_terms = _terms(text), _terms(case.reference)
    sayable = their_terms & _terms(said)
    return Score(
        sentences=len(draft),
        words=len(text.split()),
        length_share=len(text.split()) / max(1, len(said.split())),
        verified=_share(sum(not evidence.check(s, book) for s in draft), len(draft)),
        duplicates=_duplicates(draft),
        content_recall=_share(len(ours & theirs), len(theirs)),
        term_recall=_share(len(our_terms & their_terms), len(their_terms)),
        said_term_recall=_share(len(our_terms & sayable), len(sayable)),
        content_precision=_share(len(ours & theirs), len(ours)),
        rouge_1=_rouge_n(text, case.reference, 1),
        rouge_2=_rouge_n(text, case.reference, 2),
        rouge_l=_rouge_l(text, case.reference),
        milliseconds=elapsed,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _content(text: str) -> set[str]:
    return {facts.stem(token) for token in facts.tokens(text) if facts.is_content(token)}


def _terms(text: str) -> set[str]:
    names = ("symptoms", "conditions", "drugs", "investigations", "anatomy")
    return {facts.stem(word) for name in names for entry in lexicon.load(name).found(text) for word in entry.split()}


def _duplicates(draft: Sequence[DraftSentence]) -> int:
    return len(draft) - len({sentence.text.lower() for sentence in draft})


def _grams(text: str, size: int) -> dict[tuple[str, ...], int]:
    words = [token for token in facts.tokens(text) if token[0].isalnum()]
    counts: dict[tuple[str, ...], int] = {}
    for gram in zip(*(words[offset:] for offset in range(size)), strict=False):
        counts[gram] = counts.get(gram, 0) + 1
    return counts


def _rouge_n(ours: str, theirs: str, size: int) -> float:
    one, other = _grams(ours, size), _grams(theirs, size)
    same = sum(min(count, other.get(gram, 0)) for gram, count in one.items())
    return _f1(same, sum(one.values()), sum(other.values()))


def _rouge_l(ours: str, theirs: str) -> float:
    one = [token for token in facts.tokens(ours) if token[0].isalnum()]
    other = [token for token in facts.tokens(theirs) if token[0].isalnum()]
    row = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for index, candidate in enumerate(other, start=1):
            above = row[index]
            row[index] = diagonal + 1 if word == candidate else max(above, row[index - 1])
            diagonal = above
    return _f1(row[-1], len(one), len(other))


def _f1(same: int, ours: int, theirs: int) -> float:
    return 2 * same / (ours + theirs) if ours + theirs else 0.0


def notes(
    data: Annotated[Path, typer.Option(help="A folder with aci-bench/ and primock57/.")],
    template: Annotated[str, typer.Option(help="The key of the template to draft into.")] = "h_and_p",
) -> None:
    """Draft every consultation below a folder and print how the drafts compare with the clinicians' notes."""
    shipped = next(shipped for shipped in SHIPPED if shipped.key == template)
    sections = [SectionSpec(s.key, s.title, s.kind.value, s.required) for s in shipped.sections]
    by_corpus: dict[str, list[Score]] = {}
    for case in cases(data):
        by_corpus.setdefault(case.corpus, []).append(score(case, sections))
    for corpus, scores in by_corpus.items():
        print(f"\n{corpus}: {len(scores)} consultations, template {shipped.name}")
        _print(scores)


def _print(scores: list[Score]) -> None:
    def average(name: str) -> float:
        return float(mean(getattr(one, name) for one in scores))

    print(f"  sentences per note            {average('sentences'):7.1f}")
    print(f"  words per note                {average('words'):7.0f}")
    print(f"  of the transcript's words     {average('length_share'):7.1%}")
    worst = min(one.verified for one in scores)
    print(f"  sentences with proven source  {average('verified'):7.1%}   (lowest note {worst:.1%})")
    print(f"  repeated sentences            {sum(s.duplicates for s in scores):7d}")
    print(f"  reference content words found {average('content_recall'):7.1%}")
    print(f"  reference medical terms found {average('term_recall'):7.1%}")
    print(f"    of those said at all        {average('said_term_recall'):7.1%}")
    print(f"  our content words in it       {average('content_precision'):7.1%}")
    rouge = " / ".join(f"{average(name):.3f}" for name in ("rouge_1", "rouge_2", "rouge_l"))
    print(f"  ROUGE-1 / 2 / L (F1)            {rouge}")
    slowest = max(one.milliseconds for one in scores)
    print(f"  time per note                 {average('milliseconds'):7.0f} ms (slowest {slowest:.0f} ms)")
