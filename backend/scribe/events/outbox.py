"""Hints wait in their session until its transaction commits; a rollback forgets them."""

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from scribe.events.base import EventBus

_HINTS = "hints"


def hint(session: Session, channel: str, message: str) -> None:
    """Publish once the session's transaction is committed; without a bus on the session, to nobody."""
    waiting: list[tuple[str, str]] = session.info.setdefault(_HINTS, [])
    if (channel, message) not in waiting:
        waiting.append((channel, message))


@event.listens_for(Session, "after_commit")
def _publish(session: Session) -> None:
    if session.in_nested_transaction():
        return
    waiting: list[tuple[str, str]] = session.info.pop(_HINTS, [])
    bus: EventBus | None = session.info.get("events")
    if bus is not None:
        for channel, message in waiting:
            bus.publish(channel, message)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    if previous.parent is None:
        session.info.pop(_HINTS, None)
