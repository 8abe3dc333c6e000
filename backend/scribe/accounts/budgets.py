"""What is put on record of budgets: that a month came near its own, or reached it."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from scribe.accounts.models import BudgetNotice
from scribe.accounts.usage import MonthUsage
from scribe.audit import service as audit
from scribe.core.ids import new_id


def put_on_record(session: Session, month: MonthUsage) -> bool:
    """Record the month's level, once for each month whoever looks; whether it was new."""
    if month.level == "within":
        return False
    clinic_id = session.info["clinic_id"]
    notice = insert(BudgetNotice).values(id=new_id(), clinic_id=clinic_id, month=month.month, level=month.level)
    if session.scalar(notice.on_conflict_do_nothing().returning(BudgetNotice.id)) is None:
        return False
    audit.record(
        session,
        f"budget.{month.level}",
        entity_type="clinic",
        entity_id=clinic_id,
        month=month.month.isoformat(),
        budget_cents=month.budget_cents,
    )
    return True
