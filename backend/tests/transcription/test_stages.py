"""The stages between audio and draft, on a stored recording."""

import threading
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic, User
from scribe.consultations import pipeline
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline, Stage
from scribe.consultations.pipeline import StageFailed, Superseded
from scribe.core.clock import FrozenClock
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.core.settings import Settings
from scribe.db.session import clinic_session
from scribe.recordings.keeping import audio_key_of
from scribe.recordings.models import Recording, RecordingSource, RecordingState
from scribe.transcription import queries, service
from scribe.transcription.engines.base import Engine, EngineAudio, EngineFailed, EngineResult
from scribe.transcription.engines.choice import Engines
from scribe.transcription.engines.fake import FakeEngine
from scribe.transcription.models import SpeakerRole, TranscriptSource
from scribe.transcription.tasks import RolesStage, TranscribeStage
from scribe.worker.sessions import worker_session
from scribe.worker.work import Work
from tests.fixtures.fakes import MemoryStore
from tests.fixtures.sealing import sealed
from tests.recordings import media

MakeWork = Callable[..., Work]


@pytest.fixture
def a_work(
    session_factory: sessionmaker[Session],
    clinic: Clinic,
    doctor: User,
    keyring: KeyRing,
    clock: FrozenClock,
    store: MemoryStore,
) -> MakeWork:
    """A consultation with an assembled recording, claimed for a stage."""

    def make(stage: Stage = Stage.TRANSCRIBE, *, loudness: float = 0.5, language: str = "en") -> Work:
        consultation_id, recording_id = new_id(), new_id()
        wrapped = keyring.new_consultation_key(clinic.id, clinic.wrapped_key, consultation_id)
        data_key = keyring.consultation_key(clinic.id, clinic.wrapped_key, consultation_id, wrapped)
        body, key = media.encoded(media.tone(4, loudness=loudness)), f"clinics/{clinic.id}/{recording_id}.webm"
        blob = sealed(audio_key_of(data_key), body, key)
        store.put(key, blob)
        with worker_session(session_factory, clinic.id) as session:
            consultation = Consultation(
                id=consultation_id,
                clinic_id=clinic.id,
                doctor_id=doctor.id,
                recording_id=recording_id,
                template_key="soap",
                language=language,
                status=ConsultationStatus.RECORDING,
                idempotency_key=new_id(),
                started_at=clock.now(),
                wrapped_key=wrapped,
            )
            session.add(consultation)
            session.flush()
            session.add(
                Recording(
                    id=recording_id,
                    clinic_id=clinic.id,
                    consultation_id=consultation_id,
                    source=RecordingSource.CAPTURE,
                    state=RecordingState.ASSEMBLED,
                    started_at=clock.now(),
                    last_chunk_at=clock.now(),
                    duration_ms=4000,
                    audio_key=key,
                    audio_mime_type="audio/webm",
                    audio_bytes=len(blob),
                )
            )
            pipeline.request(session, consultation, stage)
        return claimed(session_factory, clinic.id, consultation_id, stage)

    return make


def claimed(factory: sessionmaker[Session], clinic_id: UUID, consultation_id: UUID, stage: Stage) -> Work:
    with worker_session(factory, clinic_id) as session:
        taken = pipeline.claim(session, clinic_id, consultation_id, stage)
    assert taken is not None
    return Work(factory, taken.claim, threading.Event())


@pytest.fixture
def transcribe(store: MemoryStore, keyring: KeyRing, settings: Settings) -> Callable[[Engine], TranscribeStage]:
    """The stage with an engine."""
    return lambda engine: TranscribeStage(
        store=store, keyring=keyring, settings=settings, engines=Engines(settings, here={"local": engine})
    )


class Heard:
    """An engine that remembers what it was given."""

    name = "heard"

    def __init__(self) -> None:
        self.samples: np.ndarray = np.zeros(0)
        self.language = ""

    def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
        self.samples, self.language = audio.samples(), language
        return FakeEngine().transcribe(audio, language=language, progress=progress)


def _stage_of(factory: sessionmaker[Session], work: Work) -> str:
    with clinic_session(factory, work.claim.clinic_id) as session:
        return session.query(Pipeline).filter_by(consultation_id=work.claim.consultation_id).one().stage


def test_the_engine_hears_the_stored_audio_and_makes_version_1(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work, engine = a_work(), Heard()

    transcribe(engine).run(work)

    assert abs(len(engine.samples) / 16_000 - 4) < 0.2
    assert engine.language == "en"
    with clinic_session(session_factory, work.claim.clinic_id) as session:
        transcript = queries.get_newest(session, work.claim.consultation_id)
        turns = queries.utterances(session, transcript)
        assert (transcript.version, transcript.source, transcript.engine) == (1, "engine", "fake")
        assert {turn.role for turn in turns} == {SpeakerRole.UNKNOWN}
        assert [turn.number for turn in turns] == list(range(len(turns)))
    assert _stage_of(session_factory, work) == Stage.ROLES


def test_what_is_wrong_with_the_audio_is_said_beside_what_the_engine_says(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work()
    cut = {"code": "audio_ends_early", "message": "The file says it lasts 0:10 but ends after 0:04."}
    with clinic_session(session_factory, work.claim.clinic_id) as session:
        recording = session.query(Recording).filter_by(consultation_id=work.claim.consultation_id).one()
        recording.manifest = {"warnings": [cut]}

    transcribe(FakeEngine()).run(work)

    with clinic_session(session_factory, work.claim.clinic_id) as session:
        found = queries.get_newest(session, work.claim.consultation_id).warnings
    assert [found[0], *(each["code"] for each in found[1:])] == [cut, "short"]


def test_roles_make_version_2_with_the_same_numbers(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work()
    transcribe(FakeEngine()).run(work)
    following = claimed(session_factory, work.claim.clinic_id, work.claim.consultation_id, Stage.ROLES)

    RolesStage().run(following)

    with clinic_session(session_factory, work.claim.clinic_id) as session:
        transcript = queries.get_newest(session, work.claim.consultation_id)
        turns = queries.utterances(session, transcript)
        assert (transcript.version, transcript.source) == (2, "roles")
        assert [turn.role for turn in turns] == [SpeakerRole.CLINICIAN, SpeakerRole.PATIENT] * 3
        assert [turn.number for turn in turns] == list(range(6))
        assert {"roles_uncertain", "risk_marks_partial"}.isdisjoint(one["code"] for one in transcript.warnings)
    assert _stage_of(session_factory, work) == Stage.DRAFT


def test_in_another_language_the_roles_and_the_marks_are_said_to_be_uncertain(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work(language="de")
    transcribe(FakeEngine()).run(work)
    following = claimed(session_factory, work.claim.clinic_id, work.claim.consultation_id, Stage.ROLES)

    RolesStage().run(following)

    with clinic_session(session_factory, work.claim.clinic_id) as session:
        transcript = queries.get_newest(session, work.claim.consultation_id)
        assert (transcript.version, transcript.language) == (2, "de")
        assert [warning["code"] for warning in transcript.warnings][-2:] == ["roles_uncertain", "risk_marks_partial"]


def test_roles_run_again_change_nothing(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work()
    ids = work.claim.clinic_id, work.claim.consultation_id
    transcribe(FakeEngine()).run(work)
    RolesStage().run(claimed(session_factory, *ids, Stage.ROLES))
    with worker_session(session_factory, ids[0]) as session:
        pipeline.request(session, session.get_one(Consultation, ids[1]), Stage.ROLES)

    RolesStage().run(claimed(session_factory, *ids, Stage.ROLES))

    with clinic_session(session_factory, ids[0]) as session:
        assert queries.get_newest(session, ids[1]).version == 2


@pytest.mark.parametrize(("source", "is_mended"), [(TranscriptSource.ROLES, True), (TranscriptSource.HUMAN, False)])
def test_roles_run_again_mend_what_an_older_run_assigned_but_nothing_of_a_persons(
    a_work: MakeWork,
    transcribe: Callable[[Engine], TranscribeStage],
    session_factory: sessionmaker[Session],
    doctor: User,
    source: TranscriptSource,
    *,
    is_mended: bool,
) -> None:
    work = a_work()
    ids = work.claim.clinic_id, work.claim.consultation_id
    transcribe(FakeEngine()).run(work)
    with worker_session(session_factory, ids[0]) as session:
        heard = queries.get_newest(session, ids[1])
        turns = [service.TurnContent.of(row) for row in queries.utterances(session, heard)]
        swapped = [SpeakerRole.PATIENT, SpeakerRole.CLINICIAN] * 3
        service._add(
            session,
            session.get_one(Consultation, ids[1]),
            service._copy(heard, [{"code": "roles_uncertain", "message": "Check who said what."}]),
            [replace(turn, role=role) for turn, role in zip(turns, swapped, strict=True)],
            source=source,
            author_id=doctor.id if source == TranscriptSource.HUMAN else None,
        )

    RolesStage().run(claimed(session_factory, *ids, Stage.ROLES))

    with clinic_session(session_factory, ids[0]) as session:
        transcript = queries.get_newest(session, ids[1])
        first = queries.utterances(session, transcript)[0].role
        codes = [warning["code"] for warning in transcript.warnings]
    assert transcript.version == (3 if is_mended else 2)
    assert first == (SpeakerRole.CLINICIAN if is_mended else SpeakerRole.PATIENT)
    assert ("roles_uncertain" in codes) != is_mended


def test_roles_that_come_out_as_they_were_make_no_new_version_in_any_language(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work(language="de")
    ids = work.claim.clinic_id, work.claim.consultation_id
    transcribe(FakeEngine()).run(work)

    for _ in range(3):
        with worker_session(session_factory, ids[0]) as session:
            pipeline.request(session, session.get_one(Consultation, ids[1]), Stage.ROLES)
        RolesStage().run(claimed(session_factory, *ids, Stage.ROLES))

    with clinic_session(session_factory, ids[0]) as session:
        transcript = queries.get_newest(session, ids[1])
        codes = [warning["code"] for warning in transcript.warnings]
    assert transcript.version == 2
    assert codes.count("risk_marks_partial") == 1


def test_silence_fails_for_good_in_plain_words(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work(loudness=0)

    with pytest.raises(StageFailed, match="No speech was found") as caught:
        transcribe(FakeEngine()).run(work)

    assert (caught.value.code, caught.value.retryable) == ("no_speech", False)
    with clinic_session(session_factory, work.claim.clinic_id) as session:
        assert queries.newest(session, work.claim.consultation_id) is None


def test_an_engines_failure_keeps_its_name(a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage]) -> None:
    class Broken:
        name = "broken"

        def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
            raise EngineFailed("models_missing", "The models are missing.", retryable=True)

    with pytest.raises(StageFailed) as caught:
        transcribe(Broken()).run(a_work())

    assert (caught.value.code, caught.value.retryable) == ("models_missing", True)


def test_an_attempt_that_was_taken_over_writes_nothing(
    a_work: MakeWork, transcribe: Callable[[Engine], TranscribeStage], session_factory: sessionmaker[Session]
) -> None:
    work = a_work()
    claimed(session_factory, work.claim.clinic_id, work.claim.consultation_id, Stage.TRANSCRIBE)

    with pytest.raises(Superseded):
        transcribe(FakeEngine()).run(work)

    with clinic_session(session_factory, work.claim.clinic_id) as session:
        assert queries.newest(session, work.claim.consultation_id) is None
