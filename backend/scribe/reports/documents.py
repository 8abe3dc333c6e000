"""From a note to the document that is printed."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scribe.accounts.models import Clinic, User
from scribe.consultations.models import Consultation, Patient
from scribe.notes import presenting, queries
from scribe.notes.models import Note, NoteState
from scribe.notes.schemas import NoteRead, Sentence
from scribe.reports.pdf import (
    Document,
    Fact,
    PrintedAddendum,
    PrintedSection,
    PrintedSentence,
    PrintedSignature,
)

_WORDS = {
    "draft": "DRAFT",
    "draft_notice": "Draft. Not signed, and not part of the record yet.",
    "nothing": "Nothing recorded.",
    "signature": "Signature",
    "addenda": "Addenda",
    "page": "Page",
    "of": "of",
}
_LEGEND = (
    "Small times say when in the recording a sentence's words were said (minutes:seconds). "
    "Sentences without a time were written by hand."
)
_UNSOURCED = "no source in the recording"
_MOST_TIMES = 3


@dataclass(frozen=True)
class Subject:
    """The patient of a note."""

    name: str
    birth_date: date | None
    identifier: str | None


def of_note(session: Session, consultation: Consultation, note: Note) -> Document:
    """The note in its newest version, as a document."""
    shown = presenting.present(session, consultation, note)
    clinic = session.get_one(Clinic, consultation.clinic_id)
    doctor = session.get_one(User, consultation.doctor_id)
    zone = clinic.zone
    content_hash = queries.get_version(session, note, note.current_version).content_hash.hex()
    return Document(
        title="Consultation note",
        language=clinic.default_language,
        clinic=clinic.name,
        doctor=doctor.full_name,
        is_draft=shown.state == NoteState.DRAFT,
        facts=_facts(consultation, shown, _subject(session, consultation, note), doctor, zone),
        sections=tuple(
            PrintedSection(section.title, tuple(_sentence(sentence) for sentence in section.sentences))
            for section in shown.sections
        ),
        signature=_signature(shown, content_hash, zone),
        addenda=tuple(
            PrintedAddendum(each.author_name, moment(each.created_at, zone), tuple(_paragraphs(each.text)))
            for each in shown.addenda
        ),
        footer=f"{clinic.name} \N{MIDDLE DOT} version {shown.version} \N{MIDDLE DOT} SHA-256 {content_hash[:16]}",
        legend=_LEGEND,
        words=_WORDS,
    )


def _subject(session: Session, consultation: Consultation, note: Note) -> Subject | None:
    """Whom the note is about: as it was signed, or, in a draft, as recorded now."""
    signature = queries.signature(session, note)
    if signature is not None:
        return Subject(signature.patient_name, signature.patient_birth_date, signature.patient_identifier)
    if consultation.patient_id is None:
        return None
    patient = session.get_one(Patient, consultation.patient_id)
    return Subject(f"{patient.given_name} {patient.family_name}", patient.birth_date, patient.identifier)


def _facts(
    consultation: Consultation, shown: NoteRead, subject: Subject | None, doctor: User, zone: ZoneInfo
) -> tuple[Fact, ...]:
    return (
        Fact("Patient", subject.name if subject else "Not assigned"),
        Fact("Date", moment(consultation.started_at, zone)),
        Fact("Born", f"{subject.birth_date:%d %B %Y}" if subject and subject.birth_date else "Unknown"),
        Fact("Doctor", doctor.full_name),
        Fact("Record no.", (subject.identifier if subject else None) or "None"),
        Fact("Template", shown.template_name),
    )


def _sentence(sentence: Sentence) -> PrintedSentence:
    starts = sorted({span.start_ms for span in sentence.evidence})
    times = tuple(_clock(start) for start in starts[:_MOST_TIMES])
    return PrintedSentence(sentence.text, times, _mark(sentence))


def _mark(sentence: Sentence) -> str | None:
    author = f" by {sentence.author_name}" if sentence.author_name else ""
    if not sentence.evidence:
        return f"added{author}" if sentence.origin == "added" else _UNSOURCED
    if sentence.origin == "edited":
        return f"edited{author}"
    return "transcript corrected since" if sentence.source_changed else None


def _signature(shown: NoteRead, content_hash: str, zone: ZoneInfo) -> PrintedSignature | None:
    if shown.signature is None:
        return None
    return PrintedSignature(
        name=shown.signature.signer_name,
        at=f"Signed {moment(shown.signature.signed_at, zone)}",
        attestation=shown.signature.attestation,
        seal=f"Version {shown.signature.version}, SHA-256 {content_hash}",
    )


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment in the clinic's own time, which it names."""
    return f"{at.astimezone(zone):%d %B %Y, %H:%M} ({zone.key})"


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02d}"


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
