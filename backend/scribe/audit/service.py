"""Put a look or a change on record."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from scribe.audit import chain
from scribe.audit.models import AuditEvent, AuditHead
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.core.request_context import request_id
from scribe.db.base import table_of
from scribe.db.session import clinic_session

Outcome = Literal["success", "refused", "failure"]

# Each request ends with these.
_EVENTS, _HEADS = table_of(AuditEvent), table_of(AuditHead)
_LOCK_HEAD = (
    select(_HEADS.c.sequence, _HEADS.c.hash).where(_HEADS.c.clinic_id == bindparam("of_clinic")).with_for_update()
)
# The names differ from the columns': SQLAlchemy would take equal ones for values of both tables.
_ADD_EVENT = insert(_EVENTS).values({column.name: bindparam(f"event_{column.name}") for column in _EVENTS.c})
# One round trip less while all other requests of the clinic wait for the head.
_ADD_LAST_EVENT = _ADD_EVENT.add_cte(
    update(_HEADS)
    .where(_HEADS.c.clinic_id == bindparam("event_clinic_id"))
    .values(sequence=bindparam("event_sequence"), hash=bindparam("event_hash"))
    .cte("moved_head")
)


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, or a named part of the system."""

    kind: Literal["user", "system"]
    id: UUID | None


@dataclass
class _Pending:
    """Events of a transaction that has not ended yet, each with the savepoint (if any) it was recorded in."""

    clinic_id: UUID
    events: list[tuple[SessionTransaction | None, dict[str, Any]]] = field(default_factory=list)


def act_as(session: Session, actor: Actor) -> None:
    """Name the actor of all events of this session."""
    session.info["actor"] = actor


def record(
    session: Session,
    action: str,
    *,
    entity_type: str,
    entity_id: UUID | None,
    outcome: Outcome = "success",
    **detail: Any,
) -> None:
    """Add one event to the session's transaction.

    `action` is dotted and constant ("consultation.read"). `detail` holds ids, counts and field names, never words.
    The event is written at the end of the transaction (before_commit), so that the chain's lock is held briefly;
    it commits or rolls back with what it tells of. Raises if no clinic or no actor is set.
    """
    clinic_id: UUID | None = session.info.get("clinic_id")
    actor: Actor | None = session.info.get("actor")
    if clinic_id is None or actor is None:
        raise RuntimeError("an audit event needs a clinic (enter_clinic) and an actor (act_as)")
    if not session.in_transaction():
        session.begin()
    pending: _Pending = session.info.setdefault("audit_pending", _Pending(clinic_id))
    if pending.clinic_id != clinic_id:
        raise RuntimeError("one transaction holds the events of one clinic")
    values = {
        "id": new_id(),
        "clinic_id": clinic_id,
        "occurred_at": datetime.now(UTC),
        "actor_type": actor.kind,
        "actor_id": actor.id,
        "action": action,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "outcome": outcome,
        "request_id": request_id.get(),
        "detail": chain.storable(detail),
    }
    pending.events.append((session.get_nested_transaction(), values))


def record_alone(
    factory: sessionmaker[Session],
    clinic_id: UUID,
    actor: Actor,
    action: str,
    *,
    entity_type: str,
    entity_id: UUID | None,
    outcome: Outcome = "refused",
    **detail: Any,
) -> None:
    """Record in a small transaction of its own: a refused look, whose request is rolled back, stays on record."""
    with clinic_session(factory, clinic_id) as session:
        act_as(session, actor)
        record(session, action, entity_type=entity_type, entity_id=entity_id, outcome=outcome, **detail)


def key_of(session: Session, clinic_id: UUID) -> bytes:
    """What seals the clinic's chain, from the session's keyring."""
    keyring = session.info.get("keyring")
    if not isinstance(keyring, KeyRing):
        raise TypeError("the session holds no keyring: make its factory with make_session_factory(bind, keyring)")
    return keyring.audit_key(clinic_id)


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    # A savepoint's release is no end of the transaction.
    if session.in_nested_transaction():
        return
    pending: _Pending | None = session.info.pop("audit_pending", None)
    if pending is None or not pending.events:
        return
    # All other work first: the head's lock is the last that is taken, and held only until the commit.
    session.flush()
    key = key_of(session, pending.clinic_id)
    sequence, previous_hash = _lock_head(session, key, pending.clinic_id)
    rows = []
    for _, values in pending.events:
        sequence += 1
        row = {**values, "sequence": sequence, "previous_hash": previous_hash}
        previous_hash = row["hash"] = chain.link(key, previous_hash, row)
        rows.append({f"event_{name}": value for name, value in row.items()})
    if rows[:-1]:
        session.execute(_ADD_EVENT, rows[:-1])
    session.execute(_ADD_LAST_EVENT, rows[-1])


@event.listens_for(Session, "after_soft_rollback")
def _drop_rolled_back(session: Session, previous: SessionTransaction) -> None:
    pending: _Pending | None = session.info.get("audit_pending")
    if pending is None:
        return
    if not previous.nested:
        del session.info["audit_pending"]
        return
    pending.events = [(savepoint, values) for savepoint, values in pending.events if not _within(savepoint, previous)]


def _within(savepoint: SessionTransaction | None, rolled_back: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is rolled_back:
            return True
        savepoint = savepoint.parent
    return False


def _lock_head(session: Session, key: bytes, clinic_id: UUID) -> tuple[int, bytes]:
    head = session.execute(_LOCK_HEAD, {"of_clinic": clinic_id}).one_or_none()
    if head is None:
        first = {"clinic_id": clinic_id, "sequence": 0, "hash": chain.genesis(key, clinic_id)}
        session.execute(upsert(AuditHead).values(first).on_conflict_do_nothing())
        head = session.execute(_LOCK_HEAD, {"of_clinic": clinic_id}).one()
    return head.sequence, head.hash
