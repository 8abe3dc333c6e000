"""A practice whose recordings go to the emulator, with a worker that does one job after another in no time.

Everything is real but the waiting: the queue's jobs are taken in the order in which they are due, and the clock is set
to that moment.
"""

import hashlib
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import ClinicSettings, UsageRecord
from scribe.consultations import invariants, pipeline
from scribe.consultations import queries as consultations
from scribe.consultations.models import Consultation, Pipeline, Stage
from scribe.core.clock import FrozenClock
from scribe.core.ids import new_id
from scribe.core.request_context import on_behalf_of
from scribe.core.settings import JobSettings, Settings
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.service import seed_templates
from scribe.notes.tasks import DraftStage
from scribe.recordings.keeping import audio_key_of
from scribe.recordings.models import Recording, RecordingSource, RecordingState
from scribe.recordings.playback import SealedAudio
from scribe.transcription import queries
from scribe.transcription.care import Figures
from scribe.transcription.engines.base import Engine
from scribe.transcription.engines.choice import Engines
from scribe.transcription.models import Transcript, Utterance
from scribe.transcription.tasks import RolesStage, TranscribeStage
from scribe.transcription.timing import Timing
from scribe.transcription.vendor_models import VendorJob
from scribe.worker import vendors
from scribe.worker.running import StageRuns
from tests.consultations.builders import Practice
from tests.emulators.assemblyai.program import Emulator
from tests.fixtures.fakes import MemoryStore
from tests.fixtures.sealing import sealed
from tests.notes.builders import Only

Say = list[tuple[str, str]]
VISIT: Say = [
    ("A", "Good morning. I'm Dr. Ellis. What brings you in today?"),
    ("B", "I've had a sore throat for three days, and I feel tired."),
    ("A", "Do you have any fever? Are you allergic to any medicine?"),
    ("B", "No fever. I'm allergic to penicillin."),
    ("A", "Your throat is red. Take ibuprofen 400 milligrams three times a day, and come back in one week."),
    ("B", "Thank you, doctor."),
]
ROLES = {"A": "doctor", "B": "patient"}
AUDIO_BYTES = 200_000
_WORD_MS = 300


def words_of(said: Say) -> list[dict[str, Any]]:
    """A reference for the emulator: each word with its time, voice and turn."""
    words: list[dict[str, Any]] = []
    for turn, (speaker, line) in enumerate(said):
        for word in line.split():
            start = len(words) * _WORD_MS
            words.append({"text": word, "start": start, "end": start + _WORD_MS, "speaker": speaker, "turn": turn})
    return words


def asked_by(consultation: Consultation) -> str:
    """The request that had a consultation transcribed."""
    return f"end-{consultation.id.hex}"


def lasts_ms(said: Say) -> int:
    """How long the reference is."""
    return len(words_of(said)) * _WORD_MS


@dataclass
class Ward:
    """See `conftest.ward`."""

    practice: Practice
    emulator: Emulator
    settings: Settings
    store: MemoryStore
    factory: sessionmaker[Session]
    clock: FrozenClock
    timing: Timing = field(default_factory=Timing)
    engines: Engines = field(init=False)
    # The emulator's jobs go on by polls, or never: nothing is waited for.
    holds: bool = False

    def __post_init__(self) -> None:
        self.engines = Engines(self.settings)
        self.begin()
        with self.practice.session() as session:
            seed_templates(session, self.practice.id)

    def begin(self) -> None:
        """A worker as it is after its start."""
        self.runs = StageRuns(
            self.factory,
            {
                Stage.TRANSCRIBE: TranscribeStage(
                    store=self.store,
                    keyring=self.practice.keyring,
                    settings=self.settings,
                    engines=self.engines,
                    clock=self.clock,
                    timing=self.timing,
                ),
                Stage.ROLES: RolesStage(),
                Stage.DRAFT: DraftStage(Only(ExtractiveDrafter())),
            },
            JobSettings(),
            threading.Event(),
        )
        self.chores = vendors.make_chores(
            self.settings, self.factory, self.engines, clock=self.clock, timing=self.timing
        )

    def restart(self, settings: Settings | None = None, **here: Engine) -> None:
        """The server is set up anew, with these engines of its own."""
        self.settings = settings or self.settings
        self.engines = Engines(self.settings, here=here)
        self.begin()

    def consult(self, said: Say = VISIT, *, lasts: int | None = None, language: str = "en") -> Consultation:
        """A consultation with an assembled recording, of which the emulator knows what is said; its stage is due."""
        audio, duration = os.urandom(AUDIO_BYTES), lasts if lasts is not None else lasts_ms(said)
        self.emulator.refer(
            sha256=hashlib.sha256(audio).hexdigest(), words=words_of(said), duration_ms=duration, roles=ROLES
        )
        return self.recorded(audio, duration, language=language)

    def recorded(self, audio: bytes, duration_ms: int, *, language: str = "en") -> Consultation:
        """A consultation with this audio."""
        practice, recording_id = self.practice, new_id()
        with practice.session() as session:
            consultation = practice.consultation(session, recording_id=recording_id, language=language)
            key = f"clinics/{practice.id}/consultations/{consultation.id}/audio/{recording_id}/assembled-1.webm"
            blob = sealed(audio_key_of(self.data_key(consultation)), audio, key)
            self.store.put(key, blob)
            session.add(
                Recording(
                    id=recording_id,
                    clinic_id=practice.id,
                    consultation_id=consultation.id,
                    source=RecordingSource.CAPTURE,
                    state=RecordingState.ASSEMBLED,
                    started_at=consultation.started_at,
                    last_chunk_at=consultation.started_at,
                    duration_ms=duration_ms,
                    audio_key=key,
                    audio_mime_type="audio/webm",
                    audio_bytes=len(blob),
                )
            )
            with on_behalf_of(asked_by(consultation)):
                pipeline.request(session, consultation, Stage.TRANSCRIBE)
        return consultation

    def data_key(self, consultation: Consultation) -> bytes:
        clinic = self.practice.clinic
        return self.practice.keyring.consultation_key(
            clinic.id, clinic.wrapped_key, consultation.id, consultation.wrapped_key
        )

    def choose(self, **chosen: Any) -> None:
        """The clinic's admin chooses."""
        with self.practice.session() as session:
            row = session.scalar(select(ClinicSettings))
            if row is None:
                models = ["universal-3-5-pro", "universal-2"]
                row = ClinicSettings(clinic_id=self.practice.id, speech_models=models, version=1)
                session.add(row)
            for name, value in chosen.items():
                setattr(row, name, value)

    def due(self) -> str | None:
        """The task that is due next."""
        with self.practice.session() as session:
            return session.scalar(text(f"SELECT task_name {_NEXT}"))

    def step(self) -> str | None:
        """Do the job that is due next, at its time; its task's name, or None where there is none."""
        with self.practice.session() as session:
            found = session.execute(text(f"SELECT id, task_name, args, scheduled_at {_NEXT}")).one_or_none()
            if found is None:
                return None
            session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": found.id})
        if found.scheduled_at is not None:
            # The queue reckons by the real clock; what it wants is so much later than now.
            self.clock.advance(max(timedelta(0), found.scheduled_at - datetime.now(UTC)))
        self._wait_for_vendor()
        task = self.runs.run if found.task_name == pipeline.TASK else self.chores.tasks[found.task_name]
        task(**found.args)
        return str(found.task_name)

    def _wait_for_vendor(self) -> None:
        """Until what the emulator can do by itself is done: it is asked after a while, not at once."""
        for job in self.emulator.jobs():
            if job["status"] == "processing" and not job["is_deleted"] and not self.holds:
                self.emulator.settled(job["id"])

    def queued(self) -> list[str]:
        """The tasks of all jobs that wait."""
        with self.practice.session() as session:
            return list(session.scalars(text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")))

    def due_in(self, task: str) -> timedelta:
        """How long from now the task's one job is to wait."""
        with self.practice.session() as session:
            statement = text("SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = :task")
            due = session.scalars(statement, {"task": task}).one()
        return timedelta(0) if due is None else due - datetime.now(UTC)

    def clear_queue(self) -> None:
        """All jobs are lost."""
        with self.practice.session() as session:
            session.execute(text("DELETE FROM procrastinate_jobs"))

    def sweep(self) -> Figures:
        """The worker's minute is over."""
        figures, care = Figures(), self.chores.care
        assert care is not None
        care.of_clinic(self.practice.id, figures)
        care.of_accounts(figures)
        return figures

    def drain(self, steps: int = 200) -> None:
        """Do all jobs that there are and that they lead to."""
        for _ in range(steps):
            if self.step() is None:
                return
        raise AssertionError(f"still at work after {steps} jobs: {self.due()}")

    def until(self, wanted: str, consultation: Consultation, steps: int = 200) -> None:
        """Do jobs until the consultation's stage waits for this, or is in this state."""
        for _ in range(steps):
            row = self.pipeline(consultation)
            if wanted in (row.waiting_code, row.state, row.stage):
                return
            assert self.step() is not None, f"nothing is due, and {row.stage} is {row.state} {row.waiting_code}"
        raise AssertionError(f"never {wanted}")

    def pipeline(self, consultation: Consultation) -> Pipeline:
        with self.practice.session() as session:
            return session.scalars(select(Pipeline).where(Pipeline.consultation_id == consultation.id)).one()

    def status(self, consultation: Consultation) -> str:
        with self.practice.session() as session:
            return str(session.get_one(Consultation, consultation.id).status)

    def jobs(self, consultation: Consultation) -> list[VendorJob]:
        with self.practice.session() as session:
            statement = select(VendorJob).where(VendorJob.consultation_id == consultation.id).order_by(VendorJob.id)
            return list(session.scalars(statement))

    def job(self, consultation: Consultation) -> VendorJob:
        """The one job there is."""
        (job,) = self.jobs(consultation)
        return job

    def transcripts(self, consultation: Consultation) -> list[Transcript]:
        with self.practice.session() as session:
            statement = select(Transcript).where(Transcript.consultation_id == consultation.id)
            return list(session.scalars(statement.order_by(Transcript.version)))

    def transcript(self, consultation: Consultation) -> tuple[Transcript, list[Utterance]]:
        """The newest version and its turns."""
        with self.practice.session() as session:
            newest = queries.get_newest(session, consultation.id)
            return newest, list(queries.utterances(session, newest))

    def warnings(self, consultation: Consultation) -> list[str]:
        return [each["code"] for each in self.transcript(consultation)[0].warnings]

    def usage(self) -> list[UsageRecord]:
        with self.practice.session() as session:
            return list(session.scalars(select(UsageRecord).order_by(UsageRecord.id)))

    def left_at_vendor(self) -> list[str]:
        """Transcripts that the emulator still holds."""
        return [job["id"] for job in self.emulator.jobs() if not job["is_deleted"]]

    def broken(self) -> dict[str, list[str]]:
        """The pipeline's promises that are broken; these consultations began without a consent."""
        with self.practice.session() as session:
            found = invariants.broken(session)
        found.pop("inv_started_with_consent", None)
        return found

    def transaction(self) -> Any:
        """Inside the clinic."""
        return self.practice.session()

    def assemble_anew(self, consultation: Consultation) -> None:
        """More of the audio has arrived since: the same words under another key, and the stage is asked for."""
        with self.practice.session() as session:
            recording = session.scalars(select(Recording).where(Recording.consultation_id == consultation.id)).one()
            old, key = str(recording.audio_key), str(recording.audio_key).replace("assembled-1", "assembled-2")
            audio = SealedAudio(self.store, audio_key_of(self.data_key(consultation)), old, len(self.store.get(old)))
            plain = audio.read(0, audio.size)
            self.store.put(key, sealed(audio_key_of(self.data_key(consultation)), plain, key))
            recording.audio_key = key
            pipeline.request(session, session.get_one(Consultation, consultation.id), Stage.TRANSCRIBE)

    def give_up(self, consultation: Consultation) -> None:
        """The stage ends for good, by none of its own steps."""
        row = self.pipeline(consultation)
        with self.practice.session() as session:
            taken = pipeline.claim(session, self.practice.id, consultation.id, Stage(row.stage))
            assert taken is not None
            pipeline.fail(session, taken.claim, pipeline.StageFailed("dead_letter", "It was interrupted."))

    def age(self, consultation: Consultation, *, days: int) -> None:
        """So long ago was the stage's end."""
        with self.practice.session() as session:
            row = session.scalars(select(Pipeline).where(Pipeline.consultation_id == consultation.id)).one()
            row.updated_at -= timedelta(days=days)

    def retry(self, consultation: Consultation) -> None:
        """The doctor presses Retry."""
        with self.practice.session(self.practice.doctor) as session:
            stage = consultations.failed_stage(session, consultation)
            assert stage is not None
            pipeline.request(session, session.get_one(Consultation, consultation.id), stage)


_NEXT = (
    "FROM procrastinate_jobs WHERE status = 'todo'"
    " ORDER BY coalesce(scheduled_at, '-infinity'::timestamptz), id LIMIT 1"
)
