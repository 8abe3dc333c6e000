"""What can be asked about transcripts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scribe.consultations.models import Pipeline, Stage
from scribe.core.errors import NotFound
from scribe.transcription.models import SpeakerRole, Transcript, TranscriptSource, Utterance


def newest(session: Session, consultation_id: UUID) -> Transcript | None:
    """The transcript's newest version, if there is any. The caller has decided that its reader may see it."""
    return session.scalar(
        select(Transcript)
        .where(Transcript.consultation_id == consultation_id)
        .order_by(Transcript.version.desc())
        .limit(1)
    )


def get_newest(session: Session, consultation_id: UUID) -> Transcript:
    """The transcript's newest version, or `NotFound`."""
    transcript = newest(session, consultation_id)
    if transcript is None:
        raise NotFound
    return transcript


def utterances(session: Session, transcript: Transcript) -> Sequence[Utterance]:
    """A transcript's turns, in order."""
    return session.scalars(
        select(Utterance).where(Utterance.transcript_id == transcript.id).order_by(Utterance.number)
    ).all()


def roles_heard(session: Session, consultation_id: UUID) -> Sequence[SpeakerRole]:
    """The role of each turn, as far as the engine knew who speaks; of what it heard last."""
    heard = (
        select(Transcript.id)
        .where(Transcript.consultation_id == consultation_id, Transcript.source == TranscriptSource.ENGINE)
        .order_by(Transcript.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = session.scalars(select(Utterance.role).where(Utterance.transcript_id == heard).order_by(Utterance.number))
    return [SpeakerRole(role) for role in found]


def next_version(session: Session, consultation_id: UUID) -> int:
    """The number of the next version. The caller holds the consultation's lock."""
    highest = session.scalar(select(func.max(Transcript.version)).where(Transcript.consultation_id == consultation_id))
    return (highest or 0) + 1


def is_drafting(session: Session, consultation_id: UUID) -> bool:
    """Whether the transcript is done and only the draft is being made."""
    stage = session.scalar(select(Pipeline.stage).where(Pipeline.consultation_id == consultation_id))
    return stage == Stage.DRAFT
