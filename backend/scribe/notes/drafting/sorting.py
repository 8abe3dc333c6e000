"""Which sentences matter to a note, how much, and to which of its sections they belong."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from scribe.notes import lexicon
from scribe.notes.drafting import cues
from scribe.notes.drafting.dialogue import Piece
from scribe.notes.templates import SectionKind as Kind
from scribe.transcription.models import SpeakerRole

Sorted = tuple[Kind, float]


def weight(text: str) -> float:
    """How clinical a piece of text is."""
    return (
        1.0 * len(set(lexicon.load("symptoms").found(text)))
        + 1.0 * len(set(lexicon.load("conditions").found(text)))
        + 1.5 * len(set(lexicon.load("drugs").found(text)))
        + 0.7 * len(set(lexicon.load("investigations").found(text)))
        + 0.5 * len(set(lexicon.load("anatomy").found(text)))
        + (0.5 if cues.TIME.search(text) else 0.0)
    )


def sort(piece: Piece, words: str) -> Sorted | None:
    """The section of a sentence and how much it matters; None for talk that no note needs."""
    is_doctor = piece.turn.role is SpeakerRole.CLINICIAN
    asked = topic_of(piece.question.text) if piece.question else None
    heard = _Heard(piece, words, weight(words), asked)
    if asked is not None and piece.is_first and asked is not Kind.FAMILY:
        return asked, heard.weight + 1.5
    for kind, bonus, fits in _OF_DOCTOR if is_doctor else _OF_PATIENT:
        if fits(heard):
            return (kind, heard.weight + bonus) if kind is not None else None
    return None


def topic_of(question: str) -> Kind | None:
    """The section that a question belongs to, and so its answer."""
    return next((kind for kind, asks in _TOPICS if asks(question)), None)


_TOPICS: tuple[tuple[Kind, Callable[[str], object]], ...] = (
    (Kind.ALLERGIES, cues.ALLERGY.search),
    (Kind.FAMILY, cues.FAMILY.search),
    (Kind.HISTORY, lambda question: cues.HISTORY.search(question) and not cues.SOCIAL.search(question)),
    (Kind.MEDICATIONS, lambda question: cues.MEDICATION.search(question) or lexicon.load("drugs").has(question)),
    (Kind.SOCIAL, cues.SOCIAL.search),
)


@dataclass(frozen=True)
class _Heard:
    """A sentence with what its rules look at."""

    piece: Piece
    words: str
    weight: float
    # What the question that it answers is about.
    asked: Kind | None

    @property
    def answers_first(self) -> bool:
        return self.piece.is_first and self.piece.question is not None

    @property
    def answers_opening(self) -> bool:
        return self.piece.question is not None and bool(cues.OPENING.search(self.piece.question.text))

    def has(self, *names: str) -> bool:
        return any(lexicon.load(name).has(self.words) for name in names)


_I = re.compile(r"\bi\b", re.IGNORECASE)
# The first rule that fits decides: the section (None: no note needs it), a bonus, the condition.
Rule = tuple[Kind | None, float, Callable[[_Heard], object]]
_OF_PATIENT: tuple[Rule, ...] = (
    (None, 0, lambda h: cues.SMALL_TALK.search(h.words) and h.weight < 1.5),
    (Kind.ALLERGIES, 1.5, lambda h: cues.ALLERGY.search(h.words)),
    (Kind.FAMILY, 1, lambda h: h.asked is Kind.FAMILY and cues.RELATIVE.search(h.words)),
    (Kind.FAMILY, 1, lambda h: cues.RELATIVE.search(h.words) and h.weight >= 1 and not _I.search(h.words)),
    (Kind.MEDICATIONS, 1, lambda h: h.has("drugs") and h.asked is not Kind.ALLERGIES),
    (Kind.HISTORY, 0.5, lambda h: cues.HISTORY.search(h.words) and h.has("conditions", "symptoms")),
    (Kind.MEDICATIONS, 1, lambda h: cues.MEDICATION.search(h.words)),
    (Kind.SOCIAL, 0.6, lambda h: cues.SOCIAL.search(h.words) and h.weight < 1.5),
    (Kind.HPI, 1, lambda h: h.answers_opening and h.weight >= 0.5),
    (Kind.HPI, 0.5, lambda h: h.answers_first and h.weight >= 0.5),
    (Kind.HPI, 0, lambda h: h.weight >= 1),
)
_OF_DOCTOR: tuple[Rule, ...] = (
    (Kind.EXAM, 1, lambda h: cues.FINDING.search(h.words) and h.has("symptoms", "anatomy") and not _plans(h)),
    (None, 0, lambda h: cues.EXAM_TALK.search(h.words)),
    (None, 0, lambda h: cues.SMALL_TALK.search(h.words) and h.weight < 2),
    (Kind.ASSESSMENT, 1.5, lambda h: cues.PROBLEM.search(h.words) and h.has("conditions", "symptoms")),
    (Kind.INSTRUCTIONS, 1.5, lambda h: cues.INSTRUCTION.search(h.words)),
    (Kind.CHIEF_COMPLAINT, 1, lambda h: cues.PRESENTS.search(h.words) and h.weight >= 0.5),
    (Kind.VITALS, 1.5, lambda h: cues.VITALS.search(h.words)),
    (Kind.RESULTS, 1, lambda h: h.has("investigations") and cues.RESULT.search(h.words) and not _plans(h)),
    (Kind.PLAN, 1, lambda h: _plans(h) and (h.weight >= 0.7 or cues.MEDICATION.search(h.words))),
    (Kind.EXAM, 1, lambda h: cues.EXAM.search(h.words) and h.weight >= 0.5),
    (Kind.ASSESSMENT, 1, lambda h: cues.ASSESSMENT.search(h.words) and h.weight >= 1),
    (Kind.PLAN, 0, lambda h: _plans(h) and h.weight > 0),
)


def _plans(heard: _Heard) -> bool:
    return bool(cues.PLAN.search(heard.words))
