"""The parts of each document, and the fixed words around what the note says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scribe.notes.patient_documents.base import Visit, WrittenSentence
from scribe.notes.patient_documents.models import DocumentKind

OPENING, CLOSING = "opening", "closing"
WHY, FOUND, MEDICINES, PLAN, FOLLOW_UP, ADDED = "why", "found", "medicines", "plan", "follow_up", "added"
# What a patient acts upon: no drafter may leave it out.
ACTED_UPON = (MEDICINES, PLAN, FOLLOW_UP, ADDED)


@dataclass(frozen=True)
class Part:
    """A section of a document, and what belongs into it."""

    key: str
    title: str
    belongs: str


_BELONGS = {
    WHY: "Why the patient came.",
    FOUND: "What was found and what the doctor thinks it is.",
    MEDICINES: "Medicines that the patient takes or is to take, with doses, and allergies.",
    PLAN: "Tests, referrals and advice.",
    FOLLOW_UP: "When to come back, and when to get help.",
    ADDED: "What the doctor added to the note afterwards.",
}
_TITLES: Mapping[DocumentKind, Mapping[str, str]] = {
    DocumentKind.PATIENT_LETTER: {
        WHY: "Why you came",
        FOUND: "What we found",
        MEDICINES: "Your medicines",
        PLAN: "What happens next",
        FOLLOW_UP: "When to get in touch",
        ADDED: "Added after your visit",
    },
    DocumentKind.AFTER_VISIT_SUMMARY: {
        WHY: "Why you came",
        FOUND: "What we found",
        MEDICINES: "Your medicines",
        PLAN: "What to do now",
        FOLLOW_UP: "When to come back or get help",
        ADDED: "Added after your visit",
    },
}
NAMES: Mapping[DocumentKind, str] = {
    DocumentKind.PATIENT_LETTER: "Patient letter",
    DocumentKind.AFTER_VISIT_SUMMARY: "After-visit summary",
}


def parts(kind: DocumentKind) -> list[Part]:
    """The sections that hold what the note says, in order."""
    return [Part(key, title, _BELONGS[key]) for key, title in _TITLES[kind].items()]


def sections(kind: DocumentKind) -> list[tuple[str, str]]:
    """Keys and titles of all sections, the framing ones included."""
    return [(OPENING, "Opening"), *((part.key, part.title) for part in parts(kind)), (CLOSING, "Closing")]


def framed(visit: Visit, content: Sequence[WrittenSentence]) -> tuple[WrittenSentence, ...]:
    """The sentences in the order of the sections, between a greeting and a closing that claim nothing of the visit."""
    order = [key for key, _ in sections(visit.kind)]
    within = sorted(content, key=lambda sentence: order.index(sentence.section_key))
    opening, closing = _FRAMES[visit.kind]
    words = {"patient": visit.patient, "doctor": visit.doctor, "clinic": visit.clinic, "on": visit.on}
    return (
        *(WrittenSentence(OPENING, each.format(**words), is_framing=True) for each in opening),
        *within,
        *(WrittenSentence(CLOSING, each.format(**words), is_framing=True) for each in closing),
    )


_FRAMES: Mapping[DocumentKind, tuple[Sequence[str], Sequence[str]]] = {
    DocumentKind.PATIENT_LETTER: (
        ("Dear {patient},", "This letter sums up your visit on {on}."),
        ("If anything in this letter is not clear, please ask us.", "With kind regards,", "{doctor}", "{clinic}"),
    ),
    DocumentKind.AFTER_VISIT_SUMMARY: (
        ("This page sums up your visit with {doctor} on {on}.",),
        ("If anything here is not clear, please ask us before you act on it.",),
    ),
}
