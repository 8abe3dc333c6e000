"""From a document for the patient to the paper that they take home."""

from sqlalchemy.orm import Session

from scribe.accounts.models import Clinic, User
from scribe.consultations.models import Consultation
from scribe.notes import queries as notes
from scribe.notes.models import Note
from scribe.notes.patient_documents import layout, presenting
from scribe.notes.patient_documents.models import DocumentKind, PatientDocument
from scribe.notes.patient_documents.schemas import PatientDocumentRead
from scribe.reports.documents import moment
from scribe.reports.pdf import Fact, PatientPaper

_WORDS = {
    "draft": "DRAFT",
    "draft_notice": "Draft. Your doctor has not approved this yet.",
    "page": "Page",
    "of": "of",
}
_OUTDATED = "Your doctor added to the note of this visit after this was written. Ask for the newest version."


def of_document(session: Session, consultation: Consultation, note: Note, document: PatientDocument) -> PatientPaper:
    """The document in its newest version, as a paper."""
    shown = presenting.present(session, note, document)
    clinic = session.get_one(Clinic, consultation.clinic_id)
    doctor = session.get_one(User, consultation.doctor_id)
    return PatientPaper(
        title=shown.name,
        language=clinic.default_language,
        clinic=clinic.name,
        doctor=doctor.full_name,
        is_draft=shown.approved_at is None,
        warning=_OUTDATED if shown.is_outdated else None,
        facts=_facts(session, consultation, note, doctor, clinic),
        opening=_texts(shown, layout.OPENING),
        sections=tuple(
            (section.title, texts)
            for section in shown.sections
            if section.key not in {layout.OPENING, layout.CLOSING} and (texts := _texts(shown, section.key))
        ),
        closing=_texts(shown, layout.CLOSING),
        is_list=shown.kind is DocumentKind.AFTER_VISIT_SUMMARY,
        footer=f"{clinic.name} \N{MIDDLE DOT} {shown.name.lower()} \N{MIDDLE DOT} version {shown.version}",
        words=_WORDS,
    )


def _facts(session: Session, consultation: Consultation, note: Note, doctor: User, clinic: Clinic) -> tuple[Fact, ...]:
    signature = notes.signature(session, note)
    return (
        *((Fact("Patient", signature.patient_name),) if signature else ()),
        Fact("Visit", moment(consultation.started_at, clinic.zone)),
        Fact("Doctor", doctor.full_name),
    )


def _texts(shown: PatientDocumentRead, key: str) -> tuple[str, ...]:
    return tuple(each.text for section in shown.sections if section.key == key for each in section.sentences)
