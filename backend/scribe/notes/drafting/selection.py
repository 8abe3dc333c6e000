"""From all that could stand in the note to what does: no repetitions, a useful length, denials gathered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from scribe.notes import facts
from scribe.notes.drafting.base import EvidenceSpan
from scribe.notes.templates import SectionKind

# The most sentences of each kind; what was said first goes first among equals.
_MOST: dict[SectionKind, int] = {
    SectionKind.HPI: 14,
    SectionKind.ROS: 12,
    SectionKind.HISTORY: 6,
    SectionKind.MEDICATIONS: 8,
    SectionKind.ALLERGIES: 3,
    SectionKind.FAMILY: 4,
    SectionKind.SOCIAL: 7,
    SectionKind.VITALS: 4,
    SectionKind.EXAM: 10,
    SectionKind.RESULTS: 6,
    SectionKind.ASSESSMENT: 7,
    SectionKind.PLAN: 14,
    SectionKind.INSTRUCTIONS: 5,
}
_DENIALS_A_LINE = 4
_QUOTED = ("Patient states:", "Asked ")
_SAME = 88
# The chief complaint is looked for among this many of the patient's first sentences.
_FIRST_TOLD = 4
# Below this a sentence says too little to be read.
_LEAST = 0.7


@dataclass(frozen=True)
class Candidate:
    """A proven sentence, where it belongs, how much it matters, and when it was said."""

    kind: SectionKind
    text: str
    evidence: tuple[EvidenceSpan, ...]
    score: float
    index: int
    # What is denied, where the sentence is `Denies ...`.
    denied: str | None = None


def select(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentences of the note, each once, in the order in which they were said."""
    with_complaint = _with_chief_complaint(candidates)
    best_first = sorted(with_complaint, key=lambda candidate: (-candidate.score, candidate.index))
    kept: list[Candidate] = []
    for candidate in best_first:
        if candidate.score < _LEAST:
            break
        of_kind = sum(other.kind is candidate.kind for other in kept)
        if of_kind < _MOST.get(candidate.kind, 2) and not any(
            says_the_same(candidate.text, other.text) for other in kept
        ):
            kept.append(candidate)
    kept.sort(key=lambda candidate: candidate.index)
    return _gather_denials(kept)


def _with_chief_complaint(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One chief complaint: as the doctor put it, else the most telling of the patient's first sentences."""
    told = [c for c in candidates if c.kind is SectionKind.HPI and c.denied is None][:_FIRST_TOLD]
    chief = next((c for c in candidates if c.kind is SectionKind.CHIEF_COMPLAINT), None) or max(
        told, key=lambda c: (not c.text.startswith(_QUOTED), c.score, -c.index), default=None
    )
    return [
        replace(c, kind=SectionKind.CHIEF_COMPLAINT, score=c.score + 10)
        if c is chief
        else replace(c, kind=SectionKind.HPI)
        if c.kind is SectionKind.CHIEF_COMPLAINT
        else c
        for c in candidates
    ]


def says_the_same(text: str, other: str) -> bool:
    """Whether a sentence adds nothing to another one."""
    if fuzz.token_set_ratio(text.lower(), other.lower()) < _SAME:
        return False
    ours, theirs = facts.of(text), facts.of(other)
    return ours.numbers <= theirs.numbers and ours.exact <= theirs.exact and ours.negated == theirs.negated


def _gather_denials(kept: Sequence[Candidate]) -> list[Candidate]:
    """Denials as few sentences, each resting on all its questions and answers."""
    found: list[Candidate] = []
    for candidate in kept:
        open_at = next((at for at, other in enumerate(found) if _can_join(other, candidate)), None)
        if open_at is None:
            found.append(candidate)
        else:
            found[open_at] = _joined(found[open_at], candidate)
    return found


def _can_join(last: Candidate, candidate: Candidate) -> bool:
    return (
        last.denied is not None
        and candidate.denied is not None
        and last.kind is candidate.kind
        and last.text.startswith("Denies ")
        and candidate.text.startswith("Denies ")
        and len(last.evidence) + len(candidate.evidence) <= 2 * _DENIALS_A_LINE
    )


def _joined(last: Candidate, candidate: Candidate) -> Candidate:
    topics = f"{last.denied}, {candidate.denied}"
    return replace(last, text=f"Denies {topics}.", evidence=last.evidence + candidate.evidence, denied=topics)
