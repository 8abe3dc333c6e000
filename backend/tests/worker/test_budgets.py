"""The trail and Prometheus learn of budgets; each month once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.costs import MICROCENTS
from scribe.accounts.models import Clinic, ClinicSettings, UsageRecord, User
from scribe.audit.models import AuditEvent
from scribe.core.clock import FrozenClock
from scribe.core.settings import JobSettings
from scribe.db.session import clinic_session
from scribe.worker.budgets import BudgetWatch
from scribe.worker.reaping import Sweeper

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)


@pytest.fixture
def moment() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def watch(session_factory: sessionmaker[Session], moment: FrozenClock) -> BudgetWatch:
    return BudgetWatch(session_factory, moment)


def _set_budget(factory: sessionmaker[Session], clinic_id: UUID, cents: int | None) -> None:
    with clinic_session(factory, clinic_id) as session:
        row = session.scalar(select(ClinicSettings)) or ClinicSettings(
            clinic_id=clinic_id, speech_models=["universal-2"], version=1
        )
        row.monthly_budget_cents = cents
        session.add(row)


def _use(factory: sessionmaker[Session], clinic_id: UUID, cents: int, at: datetime = NOW) -> None:
    with clinic_session(factory, clinic_id) as session:
        session.add(
            UsageRecord(
                clinic_id=clinic_id,
                vendor="assemblyai",
                kind="transcription",
                quantity=60,
                unit="seconds",
                estimated_microcents=cents * MICROCENTS,
                created_at=at,
            )
        )


def _on_record(factory: sessionmaker[Session], clinic_id: UUID) -> list[tuple[str, str, int]]:
    with clinic_session(factory, clinic_id) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
    return [(each.action, each.detail["month"], each.detail["budget_cents"]) for each in events]


def _gauge(clinic_id: UUID) -> float | None:
    return REGISTRY.get_sample_value("scribe_clinic_budget_used_ratio", {"clinic": str(clinic_id)})


def _notices(level: str) -> float:
    return REGISTRY.get_sample_value("scribe_budget_notices_total", {"level": level}) or 0.0


def test_each_level_is_on_record_once_a_month(
    session_factory: sessionmaker[Session], clinic: Clinic, watch: BudgetWatch, moment: FrozenClock
) -> None:
    before = _notices("warned"), _notices("reached")
    _set_budget(session_factory, clinic.id, 100)

    for cents in (79, 1, 10, 10, 50):
        _use(session_factory, clinic.id, cents)
        for _ in range(2):
            watch.look(clinic.id)
    moment.advance(timedelta(days=30))
    watch.look(clinic.id)
    _use(session_factory, clinic.id, 80, moment.now())
    watch.look(clinic.id)

    assert _on_record(session_factory, clinic.id) == [
        ("budget.warned", "2026-11-01", 100),
        ("budget.reached", "2026-11-01", 100),
        ("budget.warned", "2026-12-01", 100),
    ]
    assert (_notices("warned") - before[0], _notices("reached") - before[1]) == (2, 1)


def test_the_share_is_shown_for_clinics_that_have_a_budget(
    session_factory: sessionmaker[Session], clinic: Clinic, other_clinic: Clinic, watch: BudgetWatch
) -> None:
    _set_budget(session_factory, clinic.id, 200)
    for clinic_id in (clinic.id, other_clinic.id):
        _use(session_factory, clinic_id, 50)
        watch.look(clinic_id)
    assert (_gauge(clinic.id), _gauge(other_clinic.id)) == (0.25, None)

    _set_budget(session_factory, clinic.id, None)
    watch.look(clinic.id)

    assert _gauge(clinic.id) is None
    assert _on_record(session_factory, clinic.id) == []


def test_the_sweep_looks_at_every_clinic(session_factory: sessionmaker[Session], doctor: User, stranger: User) -> None:
    for person in (doctor, stranger):
        _set_budget(session_factory, person.clinic_id, 100)
        _use(session_factory, person.clinic_id, 90, datetime.now(UTC))

    Sweeper(session_factory, JobSettings(), lambda _clinic_id: None).sweep()

    assert (_gauge(doctor.clinic_id), _gauge(stranger.clinic_id)) == (0.9, 0.9)
