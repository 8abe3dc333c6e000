"""What cloud services were used for, for Prometheus: counted once it is committed."""

from prometheus_client import Counter
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, SessionTransaction

from scribe.accounts.costs import MICROCENTS
from scribe.accounts.models import UsageRecord

usage_seconds_total = Counter(
    "scribe_usage_seconds_total", "Seconds of audio that a cloud service worked on.", ["kind"]
)
usage_tokens_total = Counter("scribe_usage_tokens_total", "Tokens that a language model read and wrote.", ["kind"])
usage_cents_total = Counter("scribe_usage_cents_total", "Estimated cost of cloud services in US cents.", ["kind"])
_COUNTED_BY_UNIT = {"seconds": usage_seconds_total, "tokens": usage_tokens_total}
_WAITING = "usage_to_count"


def count(session: Session, record: UsageRecord) -> None:
    """Count the record once the session's transaction is committed."""
    session.info.setdefault(_WAITING, []).append(record)


@event.listens_for(Session, "after_commit")
def _count_committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for record in session.info.pop(_WAITING, []):
        # What a savepoint took back is no longer of the session.
        if inspect(record).persistent:
            _COUNTED_BY_UNIT[record.unit].labels(record.kind).inc(record.quantity)
            usage_cents_total.labels(record.kind).inc(record.estimated_microcents / MICROCENTS)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    if previous.parent is None:
        session.info.pop(_WAITING, None)
