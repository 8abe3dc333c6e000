"""What a note is made of: the kinds of section, and the templates that every clinic starts with."""

from dataclasses import dataclass
from enum import StrEnum


class SectionKind(StrEnum):
    """What belongs into a section. The last four gather several of the others."""

    CHIEF_COMPLAINT = "chief_complaint"
    HPI = "hpi"
    ROS = "ros"
    HISTORY = "history"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    FAMILY = "family"
    SOCIAL = "social"
    VITALS = "vitals"
    EXAM = "exam"
    RESULTS = "results"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    INSTRUCTIONS = "instructions"
    SUBJECTIVE = "subjective"
    BACKGROUND = "background"
    OBJECTIVE = "objective"
    ASSESSMENT_AND_PLAN = "assessment_and_plan"


# Where a sentence of a kind goes when the template has no section of that very kind, the nearest first.
SHELTERS: dict[SectionKind, tuple[SectionKind, ...]] = {
    SectionKind.CHIEF_COMPLAINT: (SectionKind.SUBJECTIVE, SectionKind.HPI),
    SectionKind.HPI: (SectionKind.SUBJECTIVE,),
    SectionKind.ROS: (SectionKind.HPI, SectionKind.SUBJECTIVE),
    SectionKind.HISTORY: (SectionKind.BACKGROUND, SectionKind.SUBJECTIVE, SectionKind.HPI),
    SectionKind.MEDICATIONS: (SectionKind.BACKGROUND, SectionKind.SUBJECTIVE, SectionKind.HPI),
    SectionKind.ALLERGIES: (
        SectionKind.MEDICATIONS,
        SectionKind.BACKGROUND,
        SectionKind.SUBJECTIVE,
        SectionKind.HPI,
    ),
    SectionKind.FAMILY: (SectionKind.SOCIAL, SectionKind.BACKGROUND, SectionKind.SUBJECTIVE, SectionKind.HPI),
    SectionKind.SOCIAL: (SectionKind.BACKGROUND, SectionKind.SUBJECTIVE, SectionKind.HPI),
    SectionKind.VITALS: (SectionKind.EXAM, SectionKind.OBJECTIVE),
    SectionKind.EXAM: (SectionKind.OBJECTIVE,),
    SectionKind.RESULTS: (SectionKind.OBJECTIVE, SectionKind.EXAM),
    SectionKind.ASSESSMENT: (SectionKind.ASSESSMENT_AND_PLAN,),
    SectionKind.PLAN: (SectionKind.ASSESSMENT_AND_PLAN,),
    SectionKind.INSTRUCTIONS: (SectionKind.PLAN, SectionKind.ASSESSMENT_AND_PLAN),
}


@dataclass(frozen=True)
class SectionDefinition:
    """A section of a shipped template."""

    key: str
    title: str
    kind: SectionKind
    required: bool = False


@dataclass(frozen=True)
class TemplateDefinition:
    """A shipped template."""

    key: str
    name: str
    description: str
    sections: tuple[SectionDefinition, ...]


_SOAP = TemplateDefinition(
    "soap",
    "SOAP",
    "Subjective, objective, assessment and plan.",
    (
        SectionDefinition("subjective", "Subjective", SectionKind.SUBJECTIVE, required=True),
        SectionDefinition("objective", "Objective", SectionKind.OBJECTIVE),
        SectionDefinition("assessment", "Assessment", SectionKind.ASSESSMENT, required=True),
        SectionDefinition("plan", "Plan", SectionKind.PLAN, required=True),
    ),
)

_HISTORY_AND_PHYSICAL = TemplateDefinition(
    "h_and_p",
    "History and physical",
    "A full first assessment, section by section.",
    (
        SectionDefinition("chief_complaint", "Chief complaint", SectionKind.CHIEF_COMPLAINT, required=True),
        SectionDefinition("hpi", "History of present illness", SectionKind.HPI, required=True),
        SectionDefinition("history", "Past medical and surgical history", SectionKind.HISTORY),
        SectionDefinition("medications", "Medications", SectionKind.MEDICATIONS),
        SectionDefinition("allergies", "Allergies", SectionKind.ALLERGIES, required=True),
        SectionDefinition("family", "Family history", SectionKind.FAMILY),
        SectionDefinition("social", "Social history", SectionKind.SOCIAL),
        SectionDefinition("ros", "Review of systems", SectionKind.ROS),
        SectionDefinition("vitals", "Vital signs", SectionKind.VITALS),
        SectionDefinition("exam", "Physical examination", SectionKind.EXAM),
        SectionDefinition("results", "Results", SectionKind.RESULTS),
        SectionDefinition("assessment", "Assessment", SectionKind.ASSESSMENT, required=True),
        SectionDefinition("plan", "Plan", SectionKind.PLAN, required=True),
    ),
)

_PRIMARY_CARE = TemplateDefinition(
    "primary_care",
    "Primary care visit",
    "Reason for the visit, history, background, examination, impression and plan with safety-netting.",
    (
        SectionDefinition("reason", "Reason for visit", SectionKind.CHIEF_COMPLAINT, required=True),
        SectionDefinition("history", "History", SectionKind.HPI, required=True),
        SectionDefinition("background", "Background", SectionKind.BACKGROUND),
        SectionDefinition("medications", "Medications and allergies", SectionKind.MEDICATIONS),
        SectionDefinition("social", "Social and family history", SectionKind.SOCIAL),
        SectionDefinition("examination", "Examination and results", SectionKind.OBJECTIVE),
        SectionDefinition("impression", "Impression", SectionKind.ASSESSMENT, required=True),
        SectionDefinition("plan", "Plan", SectionKind.PLAN, required=True),
        SectionDefinition("follow_up", "Follow-up and safety-netting", SectionKind.INSTRUCTIONS),
    ),
)

_FOLLOW_UP = TemplateDefinition(
    "follow_up",
    "Follow-up visit",
    "What changed since last time, and what happens next.",
    (
        SectionDefinition("interval_history", "Interval history", SectionKind.SUBJECTIVE, required=True),
        SectionDefinition("medications", "Current medications", SectionKind.MEDICATIONS),
        SectionDefinition("objective", "Examination and results", SectionKind.OBJECTIVE),
        SectionDefinition("assessment_and_plan", "Assessment and plan", SectionKind.ASSESSMENT_AND_PLAN, required=True),
        SectionDefinition("instructions", "Instructions and next visit", SectionKind.INSTRUCTIONS),
    ),
)

SHIPPED: tuple[TemplateDefinition, ...] = (_SOAP, _HISTORY_AND_PHYSICAL, _PRIMARY_CARE, _FOLLOW_UP)
