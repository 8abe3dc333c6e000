"""The two stages between audio and draft: what was said, and who said it."""

from collections.abc import Sequence

from scribe.accounts import clinic_settings
from scribe.consultations.models import Consultation, Stage
from scribe.consultations.pipeline import StageFailed, StageWork
from scribe.core.clock import Clock, SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.recordings import queries as recordings
from scribe.recordings.audio import RecordedAudio, load_audio
from scribe.recordings.queries import Held
from scribe.storage.base import ObjectStore
from scribe.transcription import queries, risk, roles, service, vendor_jobs, vendor_queries, waits
from scribe.transcription.engines.base import EngineFailed
from scribe.transcription.engines.choice import Engines
from scribe.transcription.models import SpeakerRole, TranscriptSource, Utterance
from scribe.transcription.remote import Means, Subject, Walk
from scribe.transcription.timing import Timing
from scribe.transcription.vendor_jobs import Wanted

_UNCERTAIN = {
    "code": "roles_uncertain",
    "message": "It is not certain which voice is the doctor's. Check who said what, and swap them if needed.",
}
_BY_WORDS = {
    "code": "roles_by_words",
    "message": "The voices could not be told apart, so the roles were guessed from each turn's words. Check them.",
}
_FEW_MARKS = {
    "code": "risk_marks_partial",
    "message": "Unsure words are marked in full only in English. Here only figures and medicines are: "
    "compare negations and sides with the recording.",
}


class TranscribeStage:
    """Audio to words: the engine's version of the transcript. Without speech there is none, and never a note.

    Which engine is the clinic's choice at this moment: where it changed on the way, what is at the vendor is let go.
    """

    stage = Stage.TRANSCRIBE

    def __init__(
        self,
        *,
        store: ObjectStore,
        keyring: KeyRing,
        settings: Settings,
        engines: Engines,
        clock: Clock | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._store, self._keyring, self._settings, self._engines = store, keyring, settings, engines
        self._means = Means(settings, clock or SystemClock(), timing or Timing())

    def run(self, work: StageWork) -> None:
        """Transcribe the assembled audio, or take the next steps of a vendor; `StageFailed` where nobody speaks."""
        with work.reading() as session:
            held = recordings.of_consultation(session, self._keyring, work.claim.consultation_id)
            choices = clinic_settings.of(session, self._settings)
            job = vendor_queries.in_flight(session, work.claim.consultation_id)
        audio = load_audio(held.recording, held.data_key, self._store, self._settings.recording)
        if choices.engine == vendor_jobs.VENDOR:
            self._elsewhere(work, held, audio, choices)
            return
        if job is not None:
            with work.holding() as session:
                vendor_jobs.let_go(session, work.claim.consultation_id, self._means.clock.now())
        self._here(work, held, audio, choices.engine)

    def _here(self, work: StageWork, held: Held, audio: RecordedAudio, name: str) -> None:
        try:
            engine = self._engines.here(name)
            result = engine.transcribe(audio, language=held.consultation.language, progress=work.progress)
        except EngineFailed as error:
            raise StageFailed(error.code, error.message, retryable=error.retryable) from error
        if not result.utterances:
            raise service.no_speech()
        with work.completing() as session:
            consultation = session.get_one(Consultation, work.claim.consultation_id)
            service.save_engine_result(
                session, consultation=consultation, result=result, warnings=held.recording.warnings
            )

    def _elsewhere(
        self, work: StageWork, held: Held, audio: RecordedAudio, choices: clinic_settings.ClinicChoices
    ) -> None:
        engine = self._engines.remote.get(choices.region)
        if engine is None:
            raise waits.not_configured(choices.region)
        wanted = Wanted(
            clinic_id=work.claim.clinic_id,
            consultation_id=work.claim.consultation_id,
            region=choices.region,
            audio_key=audio.sealed.object_key,
            sent_ms=audio.duration_ms,
        )
        subject = Subject(wanted, held.consultation.language, audio, choices, held.recording.warnings)
        Walk(work, self._means, engine, subject).go()


class RolesStage:
    """Who is the doctor and who the patient, as the transcript's next version."""

    stage = Stage.ROLES

    def run(self, work: StageWork) -> None:
        """Assign roles to what the engine heard; a version that a person corrected stays as it is."""
        consultation_id = work.claim.consultation_id
        with work.reading() as session:
            transcript = queries.newest(session, consultation_id)
            turns = queries.utterances(session, transcript) if transcript else ()
            known = queries.roles_heard(session, consultation_id)
        if transcript is None:
            raise StageFailed("no_transcript", "There is no transcript yet. Retry from the recording.")
        found, warnings = _assigned(turns, known, transcript.language)
        with work.completing() as session:
            consultation = session.get_one(Consultation, consultation_id)
            if transcript.source != TranscriptSource.HUMAN:
                service.save_roles(
                    session, consultation=consultation, based_on=transcript, roles=found, warnings=warnings
                )


def _assigned(
    turns: Sequence[Utterance], known: Sequence[SpeakerRole], language: str
) -> tuple[Sequence[SpeakerRole], list[dict[str, str]]]:
    """A role for each turn: the engine's where it knew it, by the words where it did not."""
    found = roles.assign([roles.Said(turn.speaker, turn.text) for turn in turns], language=language)
    about_words = [] if language in risk.LANGUAGES else [_FEW_MARKS]
    if set(known) <= {SpeakerRole.UNKNOWN}:
        return found.of_turns, [*_about_roles(found), *about_words]
    return roles.completed([turn.speaker for turn in turns], known, found), about_words


def _about_roles(found: roles.Roles) -> list[dict[str, str]]:
    if found.is_by_turn:
        return [_BY_WORDS]
    return [] if found.confidence >= roles.CONFIDENT else [_UNCERTAIN]
