"""Walk a clinic's chain from its first link to its head, and name the first one that is broken.

Whoever changes the database, even as its superuser, cannot seal a link without the root key. Cutting off the newest
events and putting the head back to an older state leaves a shorter chain that is whole; so note the last link that a
run prints, outside, and give it to the next run.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.audit import chain
from scribe.audit.models import AuditEvent, AuditHead

_BATCH = 1000


class Break(StrEnum):
    """What is wrong with the first broken link."""

    DELETED = "deleted"  # the event that should stand here is gone
    ALTERED = "altered"  # it stands in its place, but its content is not what Scribe sealed
    REORDERED = "reordered"  # a genuine event that belongs elsewhere
    FORGED = "forged"  # never sealed by Scribe, and not linked to the event before
    TRUNCATED = "truncated"  # there were later events, which are gone
    HEAD = "head"  # the head is gone, or is not the last event


@dataclass(frozen=True)
class Noted:
    """The last link that an earlier run saw."""

    sequence: int
    hash: bytes


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds, and what broke it at which place."""

    clinic_id: UUID
    last: Noted
    broken: Break | None = None
    at_sequence: int | None = None
    event_id: UUID | None = None


def verify(
    session: Session, key: bytes, clinic_id: UUID, noted: Noted | None = None, *, only_new: bool = False
) -> Verdict:
    """Check every event of the clinic that the session has entered; events are streamed, not held.

    With `only_new` the walk begins at the noted link: what lies before is not read, so a change there is not seen.
    """
    last, head = Noted(0, chain.genesis(key, clinic_id)), None
    if only_new and noted is not None and noted.sequence > 0:
        last = Noted(noted.sequence - 1, b"")
    for event in _events(session, clinic_id, after=last.sequence):
        if not last.hash:
            # The noted link's own seal covers the hash before it.
            last = Noted(last.sequence, event["previous_hash"])
        head = _head(event)
        broken = _broken(key, event, last, head)
        if broken is None and noted is not None and event["sequence"] == noted.sequence and event["hash"] != noted.hash:
            broken = Break.FORGED
        if broken == Break.DELETED:
            return Verdict(clinic_id, last, broken, last.sequence + 1)
        if broken is not None:
            return Verdict(clinic_id, last, broken, event["sequence"], event["id"])
        last = Noted(event["sequence"], event["hash"])
    if last.sequence == 0:
        head = _head_without_events(session, clinic_id)
    return _against_head(clinic_id, last, head, noted)


def _events(session: Session, clinic_id: UUID, *, after: int) -> Iterator[dict[str, Any]]:
    # The head comes with each event, so that both are of one moment while others go on writing.
    head = select(AuditHead).where(AuditHead.clinic_id == clinic_id)
    columns = [getattr(AuditEvent, name) for name in (*chain.FIELDS, "previous_hash", "hash")]
    statement = (
        select(
            *columns,
            head.with_only_columns(AuditHead.sequence).scalar_subquery().label("head_sequence"),
            head.with_only_columns(AuditHead.hash).scalar_subquery().label("head_hash"),
        )
        .where(AuditEvent.clinic_id == clinic_id, AuditEvent.sequence > after)
        .order_by(AuditEvent.sequence)
        .execution_options(yield_per=_BATCH)
    )
    for row in session.execute(statement):
        yield row._asdict()


def _head(event: dict[str, Any]) -> Noted | None:
    return None if event["head_sequence"] is None else Noted(event["head_sequence"], event["head_hash"])


def _head_without_events(session: Session, clinic_id: UUID) -> Noted | None:
    some_event = select(AuditEvent.id).where(AuditEvent.clinic_id == clinic_id).exists()
    statement = select(AuditHead.sequence, AuditHead.hash).where(AuditHead.clinic_id == clinic_id, ~some_event)
    row = session.execute(statement).one_or_none()
    return Noted(row.sequence, row.hash) if row else None


def _broken(key: bytes, event: dict[str, Any], last: Noted, head: Noted | None) -> Break | None:
    """What is wrong with this event, given that all before it is right."""
    place, sealed = event["sequence"], _is_sealed(key, event, event["sequence"])
    follows = place == last.sequence + 1 and event["previous_hash"] == last.hash
    if sealed and follows:
        # A head that was put back to an older state; of one that is missing, the end tells.
        return Break.HEAD if head is not None and place > head.sequence else None
    if sealed:
        return Break.DELETED if place > last.sequence + 1 else Break.FORGED
    until = max(place, head.sequence if head else 0)
    if any(_is_sealed(key, event, other) for other in range(1, until + 1)):
        return Break.REORDERED
    if place > last.sequence + 1:
        return Break.DELETED
    return Break.ALTERED if follows else Break.FORGED


def _is_sealed(key: bytes, event: dict[str, Any], place: int) -> bool:
    return hmac.compare_digest(chain.link(key, event["previous_hash"], {**event, "sequence": place}), event["hash"])


def _against_head(clinic_id: UUID, last: Noted, head: Noted | None, noted: Noted | None) -> Verdict:
    known = max(head.sequence if head else 0, noted.sequence if noted else 0)
    if known > last.sequence:
        return Verdict(clinic_id, last, Break.TRUNCATED, last.sequence + 1)
    if last.sequence > 0 and head != last:
        return Verdict(clinic_id, last, Break.HEAD, last.sequence)
    return Verdict(clinic_id, last)
