"""Turns, transcripts and drafted consultations with sensible defaults."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, User
from scribe.audit.models import AuditEvent
from scribe.audit.service import Actor, act_as
from scribe.consultations.models import Consultation, ConsultationStatus, Patient, Stage
from scribe.consultations.pipeline import Claim
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from scribe.notes import service
from scribe.notes.drafting.base import Draft, Drafter, DraftSentence, EvidenceSpan, Notice, SectionSpec, Spent, Turn
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.tasks import DraftStage
from scribe.notes.templates import SHIPPED
from scribe.transcription.models import SpeakerRole, Transcript, TranscriptSource, Utterance
from tests.fixtures.german import GERMAN

WORD_MS = 300
DOCTOR, PATIENT = SpeakerRole.CLINICIAN, SpeakerRole.PATIENT
VISIT = (
    (DOCTOR, "Good morning. What brings you in today?"),
    (PATIENT, "I've had a really bad cough for the last two weeks, and I feel tired all the time."),
    (DOCTOR, "Do you have any chest pain?"),
    (PATIENT, "No."),
    (DOCTOR, "Are you allergic to anything?"),
    (PATIENT, "Yes, I am allergic to penicillin."),
    (DOCTOR, "Your lungs are clear on the left, but I hear some crackles on the right."),
    (DOCTOR, "I think you have a chest infection."),
    (DOCTOR, "I'm going to prescribe doxycycline 100 mg twice a day for 7 days."),
    (DOCTOR, "Come back in two weeks if it doesn't get better."),
)
SECTIONS = [SectionSpec(s.key, s.title, s.kind.value, s.required) for s in SHIPPED[1].sections]
GERMAN_VISIT = tuple((DOCTOR if voice == "A" else PATIENT, text) for voice, text in GERMAN)


def turn(number: int, role: SpeakerRole, text: str, start_ms: int = 0) -> Turn:
    """A turn whose words are 300 ms each."""
    words = tuple(
        (word, start_ms + index * WORD_MS, start_ms + (index + 1) * WORD_MS, 0.9)
        for index, word in enumerate(text.split())
    )
    return Turn(number, role, start_ms, start_ms + len(words) * WORD_MS, text, words)


def turns(said: tuple[tuple[SpeakerRole, str], ...] = VISIT) -> list[Turn]:
    """A consultation's turns, one after the other."""
    found: list[Turn] = []
    for number, (role, text) in enumerate(said):
        found.append(turn(number, role, text, found[-1].end_ms + 500 if found else 0))
    return found


class Inventing:
    """A drafter that says one thing that was said and one that was not, and that it is not sure of itself."""

    name = "inventing"
    said, invented = "Patient states: “My knee hurts when I walk.”", "Patient takes warfarin 5 mg."
    notice = Notice("unsure", "This drafter is unsure.")

    def draft(self, turns: list[Turn], sections: list[SectionSpec], *, language: str) -> Draft:
        span = EvidenceSpan(0, turns[0].start_ms, turns[0].end_ms, turns[0].text)
        key = sections[0].key
        texts = (self.said, self.invented)
        return Draft(tuple(DraftSentence(key, text, (span,)) for text in texts), (self.notice,))


@dataclass
class Only:
    """The choice between one drafter; what is spent is kept in `spent`."""

    one: Drafter
    spent: list[Spent] = field(default_factory=list)
    sent: list[UUID] = field(default_factory=list)

    def drafter(self, session: Session) -> Drafter:
        return self.one

    def sends(self, session: Session, consultation_id: UUID) -> None:
        self.sent.append(consultation_id)

    def record(self, session: Session, spent: Spent, consultation_id: UUID) -> None:
        self.spent.append(spent)


@dataclass
class Desk:
    """A clinic with templates and a doctor; makes consultations and looks into them."""

    factory: sessionmaker[Session]
    keyring: KeyRing
    clinic: Clinic
    doctor: User

    @contextmanager
    def session(self) -> Iterator[Session]:
        with clinic_session(self.factory, self.clinic.id) as session:
            act_as(session, Actor("system", None))
            yield session

    def seed(self) -> None:
        with self.session() as session:
            service.seed_templates(session, self.clinic.id)

    def consultation(self, template_key: str = "soap", *, with_patient: bool = True) -> Consultation:
        identifier = new_id()
        with self.session() as session:
            patient = Patient(id=new_id(), clinic_id=self.clinic.id, given_name="Ann", family_name="Bell")
            session.add(patient)
            session.flush()
            consultation = Consultation(
                id=identifier,
                clinic_id=self.clinic.id,
                doctor_id=self.doctor.id,
                patient_id=patient.id if with_patient else None,
                template_key=template_key,
                language="en",
                status=ConsultationStatus.PROCESSING,
                idempotency_key=new_id(),
                started_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
                wrapped_key=self.keyring.new_consultation_key(self.clinic.id, self.clinic.wrapped_key, identifier),
            )
            session.add(consultation)
        return consultation

    def transcribe(self, consultation_id: UUID, said: list[Turn], version: int = 1, *, language: str = "en") -> None:
        with self.session() as session:
            transcript = Transcript(
                id=new_id(),
                clinic_id=self.clinic.id,
                consultation_id=consultation_id,
                version=version,
                source=TranscriptSource.ENGINE,
                engine="fake",
                model="fake",
                language=language,
                speech_ms=60_000,
                warnings=[],
            )
            session.add(transcript)
            session.flush()
            for each in said:
                session.add(
                    Utterance(
                        clinic_id=self.clinic.id,
                        transcript_id=transcript.id,
                        number=each.number,
                        speaker="A" if each.role is DOCTOR else "B",
                        role=each.role,
                        start_ms=each.start_ms,
                        end_ms=each.end_ms,
                        text=each.text,
                        words=[list(word) for word in each.words],
                    )
                )

    def count_events(self) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


class Work:
    """A stage's work without a queue: each transaction is real, the consultation becomes ready at the end."""

    def __init__(self, desk: Desk, consultation_id: UUID) -> None:
        self.desk = desk
        self.claim = Claim(desk.clinic.id, consultation_id, Stage.DRAFT, 1)

    def reading(self):
        return self.desk.session()

    def progress(self, fraction: float) -> None:
        assert 0 <= fraction <= 1

    @contextmanager
    def completing(self) -> Iterator[Session]:
        with self.desk.session() as session:
            yield session
            consultation = session.get_one(Consultation, self.claim.consultation_id)
            if consultation.status == ConsultationStatus.PROCESSING:
                consultation.status = ConsultationStatus.READY


def an_invented(desk: Desk) -> Consultation:
    """A consultation whose draft holds one sentence and withholds another."""
    consultation = desk.consultation()
    desk.transcribe(consultation.id, turns(((PATIENT, "My knee hurts when I walk."),)))
    DraftStage(Only(Inventing())).run(Work(desk, consultation.id))
    return consultation


MakeDrafted = Callable[..., UUID]


def a_draft(desk: Desk, template_key: str = "soap", *, with_patient: bool = True) -> Consultation:
    """A consultation whose note the extractive drafter has written."""
    consultation = desk.consultation(template_key, with_patient=with_patient)
    desk.transcribe(consultation.id, turns())
    DraftStage(Only(ExtractiveDrafter())).run(Work(desk, consultation.id))
    return consultation
