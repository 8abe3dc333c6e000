"""The worker's eye on the audit trail: what was added since the last look, often; the whole chain, rarely."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import queries as accounts
from scribe.audit import service as audit
from scribe.audit.verification import Noted, Verdict, verify
from scribe.db.session import clinic_session
from scribe.worker import metrics

_log = structlog.get_logger(__name__)


@dataclass
class _Seen:
    """What the looks at a clinic's chain have found so far."""

    last: Noted | None = None
    is_broken: bool = False
    walked_at: float = float("-inf")


class AuditWatch:
    """Verifies each clinic's chain, and tells the gauges.

    The last link that was found whole is kept here, outside the database: whoever cuts off the newest events and puts
    the head back is found too, as long as the worker runs.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        full_walk_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions, self._full_walk_seconds, self._clock = sessions, full_walk_seconds, clock
        self._seen: dict[UUID, _Seen] = {}

    def look(self) -> None:
        """One round over all clinics; one clinic's trouble does not keep the others from theirs."""
        with self._sessions.begin() as session:
            clinics = list(accounts.clinic_ids(session))
        for clinic_id in clinics:
            try:
                self._look_at(clinic_id, self._seen.setdefault(clinic_id, _Seen()))
            except Exception:  # noqa: BLE001 - the other clinics must not wait
                _log.exception("audit_not_verified", clinic_id=str(clinic_id))

    def _look_at(self, clinic_id: UUID, seen: _Seen) -> None:
        is_due = self._clock() - seen.walked_at >= self._full_walk_seconds
        if seen.is_broken and not is_due:
            # Nothing that is added mends a break; naming it anew each minute would cost a walk.
            return
        began = self._clock()
        with clinic_session(self._sessions, clinic_id) as session:
            key = audit.key_of(session, clinic_id)
            verdict = verify(session, key, clinic_id, seen.last, only_new=not is_due)
        if is_due:
            seen.walked_at = began
        seen.is_broken = verdict.broken is not None
        if verdict.broken is None:
            seen.last = verdict.last
        _tell(verdict)


def _tell(verdict: Verdict) -> None:
    name = str(verdict.clinic_id)
    metrics.audit_links_verified.labels(name).set(verdict.last.sequence)
    metrics.audit_broken.labels(name).set(verdict.broken is not None)
    metrics.audit_verified_timestamp.labels(name).set_to_current_time()
    if verdict.broken is not None:
        _log.error("audit_chain_broken", clinic_id=name, broken=str(verdict.broken), at_sequence=verdict.at_sequence)
