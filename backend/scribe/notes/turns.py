"""A transcript as drafters see it."""

from sqlalchemy.orm import Session

from scribe.notes import queries
from scribe.notes.drafting.base import Turn
from scribe.transcription.models import SpeakerRole, Transcript, Utterance


def turns_of(session: Session, transcript: Transcript) -> list[Turn]:
    """The turns of a transcript, in order."""
    return [_turn(utterance) for utterance in queries.utterances(session, transcript)]


def _turn(utterance: Utterance) -> Turn:
    return Turn(
        number=utterance.number,
        # The column gives a plain string.
        role=SpeakerRole(utterance.role),
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        text=utterance.text,
        words=tuple((word[0], word[1], word[2], word[3]) for word in utterance.words),
    )
