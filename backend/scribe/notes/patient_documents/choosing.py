"""Which sentences of a note are for its patient, and where in a document they belong."""

import re
from collections.abc import Sequence

from scribe.notes import lexicon
from scribe.notes.drafting import cues
from scribe.notes.patient_documents import layout
from scribe.notes.patient_documents.base import Source
from scribe.notes.templates import SectionKind as Kind

_FOUND = frozenset({Kind.ASSESSMENT, Kind.EXAM, Kind.RESULTS, Kind.VITALS, Kind.OBJECTIVE})
_TO_DO = frozenset({Kind.PLAN, Kind.INSTRUCTIONS, Kind.ASSESSMENT_AND_PLAN})
# Sections that gather several kinds; only what they say of medicines is for the patient.
_MIXED = frozenset({Kind.SUBJECTIVE, Kind.BACKGROUND})
_HAS = re.compile(r"Patient (?:has|gets|feels)\b(?! (?:no|not|never)\b)")


def section_of(source: Source) -> str | None:
    """The section that a sentence belongs to; None for what the patient told, and needs no telling."""
    if source.kind is None:
        return layout.ADDED
    if source.kind is Kind.CHIEF_COMPLAINT:
        return layout.WHY
    if source.kind in _FOUND:
        return layout.FOUND
    if source.kind in {Kind.MEDICATIONS, Kind.ALLERGIES}:
        return layout.MEDICINES
    if source.kind in _MIXED:
        return layout.MEDICINES if _is_of_medicines(source.text) else None
    return _to_do(source) if source.kind in _TO_DO else None


def why(sources: Sequence[Source]) -> Source | None:
    """What the patient came for where no section says it: what their account begins with, if that is a complaint."""
    if any(source.kind is Kind.CHIEF_COMPLAINT for source in sources):
        return None
    told = [source for source in sources if source.kind is Kind.SUBJECTIVE]
    is_complaint = bool(told) and bool(_HAS.match(told[0].text)) and not _is_of_medicines(told[0].text)
    return told[0] if is_complaint else None


def _is_of_medicines(text: str) -> bool:
    return bool(cues.ALLERGY.search(text)) or lexicon.load("drugs").has(text)


def _to_do(source: Source) -> str:
    text = source.text
    thinks = cues.ASSESSMENT.search(text) or text.startswith("Problem: ")
    if source.kind is Kind.ASSESSMENT_AND_PLAN and thinks and not cues.PLAN.search(text):
        return layout.FOUND
    if source.kind is Kind.INSTRUCTIONS or cues.INSTRUCTION.search(text) or cues.SEE_AGAIN.search(text):
        return layout.FOLLOW_UP
    return layout.MEDICINES if lexicon.load("drugs").has(text) else layout.PLAN
