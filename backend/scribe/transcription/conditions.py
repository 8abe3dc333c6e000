"""How the vendor's accounts fare, as the last calls found it: for /health, the admins' page, and alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from scribe.core.settings import VendorSettings
from scribe.core.settings.vendors import REGIONS
from scribe.transcription.engines.remote import FailureKind
from scribe.transcription.vendor_models import ServiceCondition

SERVICE = "assemblyai"
# That all is still well is not written down at each call.
_FRESH = timedelta(seconds=30)
# A failure that says nothing of the account: the vendor answered.
_ANSWERED = {FailureKind.BUSY, FailureKind.REFUSED, FailureKind.UPLOAD_LOST}
_SINCE = {
    FailureKind.KEY_REFUSED: "key_refused_since",
    FailureKind.BALANCE: "balance_negative_since",
    FailureKind.UNREACHABLE: "unreachable_since",
    FailureKind.UNCERTAIN: "unreachable_since",
}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Condition:
    """One region of the vendor as `/health` tells it."""

    region: str
    reachable: bool
    key_refused: bool
    balance_negative: bool

    @property
    def is_well(self) -> bool:
        """Whether recordings can be sent there."""
        return self.reachable and not self.key_refused and not self.balance_negative


def note(session: Session, region: str, failure: FailureKind | None, now: datetime, *, was_paid: bool = False) -> None:
    """Write down what a call found; `was_paid` says that one succeeded which a negative balance would have stopped."""
    row = session.get(ServiceCondition, (SERVICE, region))
    wanted = _after(row, failure, now, was_paid=was_paid)
    if any(getattr(row, name, None) != value for name, value in wanted.items()):
        _log.warning("vendor_condition", region=region, **{name: value is not None for name, value in wanted.items()})
    elif row is not None and row.asked_at is not None and now - row.asked_at < _FRESH:
        return
    if failure is None or failure in _ANSWERED:
        wanted["answered_at"] = now
    values = {"service": SERVICE, "region": region, "asked_at": now, **wanted}
    statement = insert(ServiceCondition).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=["service", "region"], set_=values))


def _after(
    row: ServiceCondition | None, failure: FailureKind | None, now: datetime, *, was_paid: bool
) -> dict[str, datetime | None]:
    since: dict[str, datetime | None] = {name: getattr(row, name, None) for name in set(_SINCE.values())}
    name = _SINCE.get(failure) if failure else None
    if name:
        since[name] = since[name] or now
    if name != "unreachable_since":
        since["unreachable_since"] = None
    if failure is None:
        since["key_refused_since"] = None
    if was_paid and failure is None:
        since["balance_negative_since"] = None
    return since


def take_turn(session: Session, region: str, now: datetime, *, every: timedelta, when_ill: timedelta) -> bool:
    """Whether the caller is the one to ask the region how it fares: nobody has for so long. Then nobody else is."""
    session.execute(insert(ServiceCondition).values(service=SERVICE, region=region).on_conflict_do_nothing())
    is_ill = or_(ServiceCondition.key_refused_since.is_not(None), ServiceCondition.unreachable_since.is_not(None))
    taken = session.execute(
        update(ServiceCondition)
        .where(
            ServiceCondition.service == SERVICE,
            ServiceCondition.region == region,
            or_(
                ServiceCondition.asked_at.is_(None),
                ServiceCondition.asked_at < now - every,
                is_ill & (ServiceCondition.asked_at < now - when_ill),
            ),
        )
        .values(asked_at=now)
        .returning(ServiceCondition.region)
    )
    return taken.first() is not None


def rows(session: Session) -> Mapping[str, ServiceCondition]:
    """What is known, by region."""
    found = session.scalars(select(ServiceCondition).where(ServiceCondition.service == SERVICE))
    return {row.region: row for row in found}


def of_configured(session: Session, settings: VendorSettings) -> Sequence[Condition]:
    """Each region that has a key; one that was never asked is taken to be well."""
    known = rows(session)
    return [_condition(region, known.get(region)) for region in REGIONS if settings.has_key(region)]


def _condition(region: str, row: ServiceCondition | None) -> Condition:
    if row is None:
        return Condition(region, reachable=True, key_refused=False, balance_negative=False)
    return Condition(
        region,
        reachable=row.unreachable_since is None,
        key_refused=row.key_refused_since is not None,
        balance_negative=row.balance_negative_since is not None,
    )


def reconciled(session: Session, region: str, now: datetime, leftovers: int, foreign: int) -> None:
    """Write down what a comparison of the vendor's list with ours came to."""
    row = session.get_one(ServiceCondition, (SERVICE, region))
    row.reconciled_at, row.leftovers, row.foreign_transcripts = now, leftovers, foreign
