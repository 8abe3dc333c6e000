"""Put a look or a change on record."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, or a named part of the system."""

    kind: Literal["user", "system"]
    id: UUID | None


def act_as(session: Session, actor: Actor) -> None:
    """Name the actor of all events of this session."""
    session.info["actor"] = actor


def record(
    session: Session,
    action: str,
    *,
    entity_type: str,
    entity_id: UUID | None,
    outcome: Literal["success", "refused", "failure"] = "success",
    **detail: Any,
) -> None:
    """Add one event to the session's transaction.

    `action` is dotted and constant ("consultation.read"). `detail` holds ids, counts and field names, never words.
    The event is written at the end of the transaction (before_commit), so that the chain's lock is held briefly;
    it commits or rolls back with what it tells of. Raises if no clinic or no actor is set.
    """
    raise NotImplementedError
