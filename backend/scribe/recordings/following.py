"""Telling whoever follows a running recording that something happened: by ids only."""

from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from scribe import events

# One channel for all followers of all workers: each knows which consultations are its own.
CHANNEL = "live"


class Call(BaseModel):
    """A consultation whose recording has news, or a viewer."""

    consultation_id: UUID
    # Somebody reads the captions: for as long as this is said again and again.
    is_watched: bool = False
    # Somebody has just begun to read them, and wants to see the last lines.
    is_new_viewer: bool = False


def tell(session: Session, consultation_id: UUID) -> None:
    """Wake the follower once the transaction is committed. It may be lost: followers also look by themselves."""
    events.hint(session, CHANNEL, Call(consultation_id=consultation_id).model_dump_json())
