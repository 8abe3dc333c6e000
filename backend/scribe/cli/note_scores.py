"""The figures of a draft."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from scribe.cli.note_cases import Case
from scribe.notes import evidence, facts, lexicon
from scribe.notes.drafting.base import Draft, Drafter, DraftSentence, SectionSpec, Spent
from scribe.notes.spans import TurnBook


@dataclass(frozen=True)
class Likeness:
    """How a note compares with the clinician's."""

    content_recall: float
    term_recall: float
    said_term_recall: float
    content_precision: float
    rouge_1: float
    rouge_2: float
    rouge_l: float


@dataclass(frozen=True)
class Score:
    """The figures of one draft: of the note that comes out, and of what was kept out of it."""

    sentences: int
    words: int
    length_share: float
    # Of all drafted sentences, those whose evidence proves them; the others are withheld.
    verified: float
    withheld: int
    duplicates: int
    spent: Spent
    notices: tuple[str, ...]
    milliseconds: float
    # None where there is no clinician's note.
    likeness: Likeness | None


def score(case: Case, sections: list[SectionSpec], drafter: Drafter) -> Score:
    """Draft a case's note and compare it with the clinician's."""
    started = time.perf_counter()
    draft: Draft = drafter.draft(list(case.turns), sections, language="en")
    elapsed = (time.perf_counter() - started) * 1000
    checked = evidence.verify(draft.sentences, TurnBook(case.turns))
    text, said = " ".join(s.text for s in checked.kept), " ".join(turn.text for turn in case.turns)
    return Score(
        sentences=len(checked.kept),
        words=len(text.split()),
        length_share=len(text.split()) / max(1, len(said.split())),
        verified=_share(len(checked.kept), len(draft.sentences)),
        withheld=len(checked.refused),
        duplicates=_duplicates(checked.kept),
        spent=draft.spent,
        notices=tuple(notice.code for notice in draft.notices),
        milliseconds=elapsed,
        likeness=_compare(text, said, case.reference) if case.reference is not None else None,
    )


def _compare(text: str, said: str, reference: str) -> Likeness:
    ours, theirs = _content(text), _content(reference)
    our_terms, their_terms = _terms(text), _terms(reference)
    sayable = their_terms & _terms(said)
    return Likeness(
        content_recall=_share(len(ours & theirs), len(theirs)),
        term_recall=_share(len(our_terms & their_terms), len(their_terms)),
        said_term_recall=_share(len(our_terms & sayable), len(sayable)),
        content_precision=_share(len(ours & theirs), len(ours)),
        rouge_1=_rouge_n(text, reference, 1),
        rouge_2=_rouge_n(text, reference, 2),
        rouge_l=_rouge_l(text, reference),
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
