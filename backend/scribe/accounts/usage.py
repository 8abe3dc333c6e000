"""What a clinic used of cloud services, and whether its budget allows more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from scribe.accounts import clinic_settings, queries, usage_figures
from scribe.accounts.costs import MICROCENTS
from scribe.accounts.errors import BudgetReached
from scribe.accounts.models import UsageRecord

Kind: TypeAlias = Literal["transcription", "captions", "language_model"]
Unit: TypeAlias = Literal["seconds", "tokens"]
# Admins are told when so much of the budget is used.
WARNED_AT = 0.8


@dataclass(frozen=True)
class UsageLine:
    """One kind of use in a month."""

    kind: Kind
    unit: Unit
    quantity: int
    microcents: int


@dataclass(frozen=True)
class MonthUsage:
    """A month of the clinic's own calendar, with the budget as it is now."""

    month: date
    lines: tuple[UsageLine, ...]
    budget_cents: int | None

    @property
    def microcents(self) -> int:
        """The estimated cost of all."""
        return sum(line.microcents for line in self.lines)

    @property
    def share(self) -> float | None:
        """How much of the budget is used, 1 being all of it; None without a budget."""
        if self.budget_cents is None:
            return None
        # A budget of nothing is used up from the start.
        return self.microcents / (self.budget_cents * MICROCENTS) if self.budget_cents else 1.0

    @property
    def level(self) -> Literal["within", "warned", "reached"]:
        """What the admins are told."""
        share = self.share or 0.0
        return "reached" if share >= 1 else "warned" if share >= WARNED_AT else "within"


def record(
    session: Session,
    *,
    vendor: str,
    kind: Kind,
    quantity: int,
    unit: Unit,
    estimated_microcents: int,
    consultation_id: UUID | None = None,
) -> None:
    """Add what a job used, once, in the transaction that settles the job (`costs` has the estimate)."""
    made = UsageRecord(
        clinic_id=session.info["clinic_id"],
        vendor=vendor,
        kind=kind,
        quantity=quantity,
        unit=unit,
        estimated_microcents=estimated_microcents,
        consultation_id=consultation_id,
    )
    session.add(made)
    session.flush()
    usage_figures.count(session, made)


def require_budget(session: Session, now: datetime) -> None:
    """Raise `BudgetReached` once the month's use has reached the clinic's budget. Ask before each new cloud job.

    What has begun goes on, and is recorded when it ends. So a month ends above its budget by no more than what was
    under way when it was reached: for each recording of those minutes one transcript, one line of captions, one draft.
    """
    if month(session, now).level == "reached":
        raise BudgetReached


def month(session: Session, now: datetime) -> MonthUsage:
    """The month that `now` falls in."""
    return months(session, now, 1)[0]


def months(session: Session, now: datetime, count: int) -> Sequence[MonthUsage]:
    """The last months with this one, newest first; months without use too."""
    row = clinic_settings.find(session)
    zone = queries.clinic(session).zone
    firsts = _firsts(now.astimezone(zone).date(), count)
    since = datetime(firsts[-1].year, firsts[-1].month, 1, tzinfo=zone)
    first = func.date_trunc("month", func.timezone(literal(zone.key), UsageRecord.created_at))
    statement = (
        select(
            first,
            UsageRecord.kind,
            UsageRecord.unit,
            func.sum(UsageRecord.quantity),
            func.sum(UsageRecord.estimated_microcents),
        )
        .where(UsageRecord.clinic_id == session.info["clinic_id"], UsageRecord.created_at >= since)
        .group_by(first, UsageRecord.kind, UsageRecord.unit)
        .order_by(UsageRecord.kind)
    )
    lines: dict[date, list[UsageLine]] = {each: [] for each in firsts}
    for moment, kind, unit, quantity, microcents in session.execute(statement):
        if moment.date() in lines:
            lines[moment.date()].append(UsageLine(kind, unit, int(quantity), int(microcents)))
    budget = row.monthly_budget_cents if row else None
    return [MonthUsage(each, tuple(lines[each]), budget) for each in firsts]


def _firsts(today: date, count: int) -> list[date]:
    """The first days of this month and those before it."""
    months = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(months, months - count, -1)]
