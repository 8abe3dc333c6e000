"""The two stages between audio and draft: what was said, and who said it."""

from scribe.consultations.models import Consultation, Stage
from scribe.consultations.pipeline import StageFailed, StageWork
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.recordings import queries as recordings
from scribe.recordings.audio import load_audio
from scribe.storage.base import ObjectStore
from scribe.transcription import queries, risk, roles, service
from scribe.transcription.engines.base import Engine, EngineFailed
from scribe.transcription.models import TranscriptSource

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
    """Audio to words: the engine's version of the transcript. Without speech there is none, and never a note."""

    stage = Stage.TRANSCRIBE

    def __init__(self, *, store: ObjectStore, keyring: KeyRing, settings: Settings, engine: Engine) -> None:
        self._store, self._keyring, self._settings, self._engine = store, keyring, settings, engine

    def run(self, work: StageWork) -> None:
        """Transcribe the assembled audio; raises `StageFailed` where nobody speaks."""
        consultation_id = work.claim.consultation_id
        with work.reading() as session:
            held = recordings.of_consultation(session, self._keyring, consultation_id)
            language = held.consultation.language
        audio = load_audio(held.recording, held.data_key, self._store, self._settings.recording)
        try:
            result = self._engine.transcribe(audio, language=language, progress=work.progress)
        except EngineFailed as error:
            raise StageFailed(error.code, error.message, retryable=error.retryable) from error
        if not result.utterances:
            raise StageFailed(
                "no_speech",
                "No speech was found in this recording, so there is no transcript and no note. "
                "The recording is kept: listen to it, and check the microphone before the next one.",
            )
        with work.completing() as session:
            consultation = session.get_one(Consultation, consultation_id)
            service.save_engine_result(
                session, consultation=consultation, result=result, warnings=held.recording.warnings
            )


class RolesStage:
    """Who is the doctor and who the patient, as the transcript's next version."""

    stage = Stage.ROLES

    def run(self, work: StageWork) -> None:
        """Assign roles to what the engine heard; a version that a person corrected stays as it is."""
        consultation_id = work.claim.consultation_id
        with work.reading() as session:
            transcript = queries.newest(session, consultation_id)
            turns = queries.utterances(session, transcript) if transcript else ()
        if transcript is None:
            raise StageFailed("no_transcript", "There is no transcript yet. Retry from the recording.")
        said = [roles.Said(turn.speaker, turn.text) for turn in turns]
        found = roles.assign(said, language=transcript.language)
        with work.completing() as session:
            consultation = session.get_one(Consultation, consultation_id)
            if transcript.source != TranscriptSource.HUMAN:
                service.save_roles(
                    session,
                    consultation=consultation,
                    based_on=transcript,
                    roles=found.of_turns,
                    warnings=_warnings(found, transcript.language),
                )


def _warnings(found: roles.Roles, language: str) -> list[dict[str, str]]:
    about_words = [] if language in risk.LANGUAGES else [_FEW_MARKS]
    if found.is_by_turn:
        return [_BY_WORDS, *about_words]
    return [*([] if found.confidence >= roles.CONFIDENT else [_UNCERTAIN]), *about_words]
