"""What becomes of a transcript: an engine's version, the roles stage's, and a person's corrections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations import permissions, pipeline
from scribe.consultations import queries as consultations
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.consultations.pipeline import StageFailed
from scribe.core.errors import Stale
from scribe.core.ids import new_id
from scribe.transcription import queries, rewording
from scribe.transcription.engines.base import EngineResult
from scribe.transcription.errors import NothingToCorrect, PartlyTranscribed, StillTranscribing
from scribe.transcription.models import SpeakerRole, Transcript, TranscriptSource, Utterance
from scribe.transcription.schemas import UtteranceText, UtteranceUpdate

# What a person settles by saying who spoke.
_ABOUT_ROLES = frozenset({"roles_uncertain", "roles_by_words"})
# What the roles stage says of its version; said anew, or not, each time that it runs.
_BY_ROLES_STAGE = _ABOUT_ROLES | {"risk_marks_partial"}
_SWAPPED = {SpeakerRole.CLINICIAN: SpeakerRole.PATIENT, SpeakerRole.PATIENT: SpeakerRole.CLINICIAN}


@dataclass(frozen=True)
class TurnContent:
    """A turn as it goes into a version."""

    number: int
    speaker: str
    role: SpeakerRole
    start_ms: int
    end_ms: int
    text: str
    words: list[Any]

    @classmethod
    def of(cls, row: Utterance) -> "TurnContent":
        """As an older version has it."""
        return cls(row.number, row.speaker, SpeakerRole(row.role), row.start_ms, row.end_ms, row.text, row.words)


def no_speech() -> StageFailed:
    """Nobody speaks: there is nothing to make a note of, and none is made."""
    return StageFailed(
        "no_speech",
        "No speech was found in this recording, so there is no transcript and no note. "
        "The recording is kept: listen to it, and check the microphone before the next one.",
    )


def save_engine_result(
    session: Session,
    *,
    consultation: Consultation,
    result: EngineResult,
    warnings: Sequence[dict[str, str]] = (),
) -> Transcript:
    """What the engine heard, as a new version, with the roles that it knows. The caller holds the consultation's lock.

    `warnings` are those about the audio: what is missing there is missing here, and this is where it is looked for.
    """
    turns = [
        TurnContent(
            number,
            turn.speaker,
            SpeakerRole(turn.role) if turn.role else SpeakerRole.UNKNOWN,
            turn.start_ms,
            turn.end_ms,
            turn.text,
            [[word.text, word.start_ms, word.end_ms, word.probability] for word in turn.words],
        )
        for number, turn in enumerate(result.utterances)
    ]
    transcript = Transcript(
        engine=result.engine,
        model=result.model,
        language=result.language,
        speech_ms=result.speech_ms,
        warnings=[*warnings, *({"code": warning.code, "message": warning.message} for warning in result.warnings)],
    )
    return _add(session, consultation, transcript, turns, source=TranscriptSource.ENGINE, author_id=None)


def save_roles(
    session: Session,
    *,
    consultation: Consultation,
    based_on: Transcript,
    roles: Sequence[SpeakerRole],
    warnings: Sequence[dict[str, str]],
) -> Transcript:
    """The same words with a role for each turn, as a new version; none where nothing would be new in it.

    The caller holds the consultation's lock.
    """
    rows = queries.utterances(session, based_on)
    turns = [replace(TurnContent.of(row), role=role) for row, role in zip(rows, roles, strict=True)]
    told = [*(one for one in based_on.warnings if one["code"] not in _BY_ROLES_STAGE), *warnings]
    is_known = based_on.source == TranscriptSource.ROLES and told == based_on.warnings
    if is_known and all(row.role == role for row, role in zip(rows, roles, strict=True)):
        return based_on
    copy = _copy(based_on, told)
    return _add(session, consultation, copy, turns, source=TranscriptSource.ROLES, author_id=None)


def swap_roles(session: Session, *, consultation: Consultation, doctor: User, version: int) -> Transcript:
    """Exchange doctor and patient in every turn, as a new version; ask for a new draft."""
    current = _open_for(session, consultation, doctor, version)
    turns = [TurnContent.of(row) for row in queries.utterances(session, current)]
    swapped = [replace(turn, role=_SWAPPED.get(turn.role, turn.role)) for turn in turns]
    made = _add_correction(session, consultation, doctor, current, swapped, settles_roles=True)
    return _conclude(session, consultation, made, "transcript.roles_swapped")


def correct(
    session: Session,
    *,
    consultation: Consultation,
    doctor: User,
    version: int,
    number: int,
    correction: UtteranceUpdate,
) -> Transcript:
    """Correct who spoke (this turn, or this voice throughout) or what was said, as a new version; ask for a draft."""
    if correction.role is None and not (correction.text or "").split():
        raise NothingToCorrect
    current = _open_for(session, consultation, doctor, version)
    turns = [TurnContent.of(row) for row in queries.utterances(session, current)]
    target = next((turn for turn in turns if turn.number == number), None)
    if target is None:
        raise NothingToCorrect("There is no such turn in the transcript. Load it anew.")
    by_voice = correction.scope == "speaker"
    corrected = [_corrected(turn, target, correction, by_voice=by_voice) for turn in turns]
    settles = correction.role is not None and by_voice
    made = _add_correction(session, consultation, doctor, current, corrected, settles_roles=settles)
    fields = [name for name in ("role", "text") if getattr(correction, name) is not None]
    detail = {"utterance": number, "fields": fields, "scope": correction.scope}
    return _conclude(session, consultation, made, "transcript.corrected", **detail)


def reword(
    session: Session, *, consultation: Consultation, doctor: User, version: int, texts: Sequence[UtteranceText]
) -> Transcript:
    """Correct what was said in many turns at once, as one new version; ask for one new draft."""
    said = {text.number: " ".join(text.text.split()) for text in texts}
    if not all(said.values()):
        raise NothingToCorrect
    current = _open_for(session, consultation, doctor, version)
    turns = [TurnContent.of(row) for row in queries.utterances(session, current)]
    if not said.keys() <= {turn.number for turn in turns}:
        raise NothingToCorrect("There is no such turn in the transcript. Load it anew.")
    reworded = [_reworded(turn, said.get(turn.number, "")) for turn in turns]
    made = _add_correction(session, consultation, doctor, current, reworded, settles_roles=False)
    return _conclude(session, consultation, made, "transcript.corrected", utterances=sorted(said), fields=["text"])


def _corrected(turn: TurnContent, target: TurnContent, correction: UtteranceUpdate, *, by_voice: bool) -> TurnContent:
    is_target = turn.number == target.number
    if correction.role is not None and (is_target or (by_voice and turn.speaker == target.speaker)):
        turn = replace(turn, role=correction.role)
    return _reworded(turn, " ".join((correction.text or "").split()) if is_target else "")


def _reworded(turn: TurnContent, text: str) -> TurnContent:
    """The turn with these words, on the times of the words before; as it is where there are none."""
    if not text:
        return turn
    return replace(turn, text=text, words=rewording.realigned(turn.words, text, turn.start_ms, turn.end_ms))


def _open_for(session: Session, consultation: Consultation, doctor: User, version: int) -> Transcript:
    """The newest version, if the doctor may correct it now and has seen it."""
    permissions.require_own(doctor, consultation)
    permissions.refuse_final(consultation)
    current = queries.get_newest(session, consultation.id)
    if consultation.status == ConsultationStatus.PROCESSING and not queries.is_drafting(session, consultation.id):
        raise StillTranscribing
    if consultations.failed_before(session, consultation, Stage.DRAFT):
        raise PartlyTranscribed
    if current.version != version:
        raise Stale(version=current.version)
    return current


def _add_correction(
    session: Session,
    consultation: Consultation,
    doctor: User,
    current: Transcript,
    turns: Iterable[TurnContent],
    *,
    settles_roles: bool,
) -> Transcript:
    warnings = [one for one in current.warnings if not (settles_roles and one["code"] in _ABOUT_ROLES)]
    copy = _copy(current, warnings)
    return _add(session, consultation, copy, turns, source=TranscriptSource.HUMAN, author_id=doctor.id)


def _conclude(session: Session, consultation: Consultation, made: Transcript, action: str, **detail: Any) -> Transcript:
    """Put the correction on record, and ask for a draft of it."""
    audit.record(session, action, entity_type="consultation", entity_id=consultation.id, version=made.version, **detail)
    pipeline.request(session, consultation, Stage.DRAFT)
    return made


def _copy(original: Transcript, warnings: list[Any]) -> Transcript:
    return Transcript(
        engine=original.engine,
        model=original.model,
        language=original.language,
        speech_ms=original.speech_ms,
        warnings=warnings,
    )


def _add(
    session: Session,
    consultation: Consultation,
    transcript: Transcript,
    turns: Iterable[TurnContent],
    *,
    source: TranscriptSource,
    author_id: UUID | None,
) -> Transcript:
    transcript.id = new_id()
    transcript.clinic_id, transcript.consultation_id = consultation.clinic_id, consultation.id
    transcript.version = queries.next_version(session, consultation.id)
    transcript.source, transcript.author_id = source, author_id
    session.add(transcript)
    session.flush()
    session.add_all(
        Utterance(clinic_id=consultation.clinic_id, transcript_id=transcript.id, **vars(turn)) for turn in turns
    )
    session.flush()
    return transcript
