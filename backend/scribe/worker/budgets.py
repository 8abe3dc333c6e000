"""The clinics' budgets, looked at once a minute: for the trail, and for Prometheus."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import budgets, usage
from scribe.core.clock import Clock
from scribe.worker import metrics
from scribe.worker.sessions import worker_session

_log = structlog.get_logger(__name__)


class BudgetWatch:
    """Tells of budgets that are nearly or wholly used. It stops nothing: `usage.require_budget` does."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions, self._clock = sessions, clock

    def look(self, clinic_id: UUID) -> None:
        """One clinic's month."""
        with worker_session(self._sessions, clinic_id) as session:
            month = usage.month(session, self._clock.now())
            is_new = budgets.put_on_record(session, month)
        metrics.show_budget(clinic_id, month.share)
        if is_new:
            metrics.budget_notices_total.labels(month.level).inc()
            _log.warning("budget_level", clinic_id=str(clinic_id), level=month.level)
