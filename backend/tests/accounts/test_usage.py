"""What was used, what it is estimated to cost, and what the budget allows."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import costs, usage
from scribe.accounts.errors import BudgetReached
from scribe.accounts.models import Clinic, ClinicSettings, UsageRecord
from scribe.core.settings import LanguageModelSettings, VendorSettings
from scribe.db.session import clinic_session
from tests.fixtures.people import MakeClinic

PRICES = VendorSettings()
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
CENT = costs.MICROCENTS
Use = Callable[..., None]


@pytest.fixture
def used(session_factory: sessionmaker[Session]) -> Use:
    """Put a use on record: `used(clinic, cents=..., at=...)`."""

    def put(clinic: Clinic, *, cents: int = 1, at: datetime = NOW, kind: str = "transcription") -> None:
        unit = "tokens" if kind == "language_model" else "seconds"
        with clinic_session(session_factory, clinic.id) as session:
            session.add(
                UsageRecord(
                    clinic_id=clinic.id,
                    vendor="assemblyai",
                    kind=kind,
                    quantity=60,
                    unit=unit,
                    estimated_microcents=cents * CENT,
                    created_at=at,
                )
            )

    return put


@pytest.fixture
def budget(session_factory: sessionmaker[Session]) -> Callable[[Clinic, int | None], None]:
    """Set a clinic's budget in cents."""

    def put(clinic: Clinic, cents: int | None) -> None:
        with clinic_session(session_factory, clinic.id) as session:
            session.add(ClinicSettings(clinic_id=clinic.id, speech_models=["x"], version=1, monthly_budget_cents=cents))

    return put


def _month(factory: sessionmaker[Session], clinic_id: UUID, now: datetime = NOW) -> usage.MonthUsage:
    with clinic_session(factory, clinic_id) as session:
        return usage.month(session, now)


@pytest.mark.parametrize(
    ("seconds", "model", "extras", "microcents"),
    [
        # Section by section of the price list: 21; 21 + 15 + 5 + 2; 15.
        (3600, "universal-3-5-pro", (), 21 * CENT),
        (3600, "universal-3-5-pro", ("medical", "key_terms", "speaker_labels"), 43 * CENT),
        (3600, "universal-2", (), 15 * CENT),
        (1, "universal-3-5-pro", ("speaker_labels",), 6389),
        (0, "universal-3-5-pro", ("medical",), 0),
        # Not in this version's price list: the dearest.
        (3600, "universal-9", (), 21 * CENT),
    ],
)
def test_a_transcript_costs_its_seconds_with_the_extras_that_were_used(
    seconds: int, model: str, extras: tuple[str, ...], microcents: int
) -> None:
    used = {name: name in extras for name in ("medical", "key_terms", "speaker_labels")}

    assert costs.transcription(PRICES, seconds=seconds, model=model, **used) == microcents


def test_captions_and_answers_cost_what_the_server_says() -> None:
    model = LanguageModelSettings(llm_price_input=Decimal(300), llm_price_output=Decimal("1500.5"))

    half_an_hour = costs.captions(PRICES, seconds=1800, medical=True, key_terms=False, speaker_labels=True)
    answer = costs.language_model(model, input_tokens=10_000, output_tokens=2_000)
    unpriced = costs.language_model(LanguageModelSettings(), input_tokens=10_000, output_tokens=2_000)

    assert half_an_hour == 36 * CENT
    assert (answer, unpriced) == (3 * CENT + 3_001_000, 0)


def test_a_month_adds_up_what_was_recorded_and_begins_and_ends_where_the_clinic_is(
    session_factory: sessionmaker[Session], a_clinic: MakeClinic, used: Use
) -> None:
    clinic = a_clinic(timezone="Pacific/Auckland")
    used(clinic, cents=1, at=datetime(2026, 10, 31, 10, 59, 59, tzinfo=UTC))
    used(clinic, cents=2, at=datetime(2026, 10, 31, 11, 0, tzinfo=UTC))
    used(clinic, cents=4, at=datetime(2026, 11, 30, 10, 59, 59, tzinfo=UTC))
    used(clinic, cents=8, at=datetime(2026, 11, 30, 11, 0, tzinfo=UTC))
    used(clinic, cents=16, kind="language_model")

    with clinic_session(session_factory, clinic.id) as session:
        november, october = usage.months(session, NOW, 2)

    assert (november.month, october.month) == (date(2026, 11, 1), date(2026, 10, 1))
    assert november.lines == (
        usage.UsageLine("language_model", "tokens", 60, 16 * CENT),
        usage.UsageLine("transcription", "seconds", 120, 6 * CENT),
    )
    assert october.microcents == CENT


def test_months_go_back_over_the_years_end(session_factory: sessionmaker[Session], clinic: Clinic) -> None:
    with clinic_session(session_factory, clinic.id) as session:
        found = usage.months(session, datetime(2026, 2, 1, tzinfo=UTC), 4)

    assert [each.month for each in found] == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 11, 1),
    ]


def test_a_job_that_is_recorded_counts_in_this_month(session_factory: sessionmaker[Session], clinic: Clinic) -> None:
    with clinic_session(session_factory, clinic.id) as session:
        usage.record(session, vendor="assemblyai", kind="captions", quantity=90, unit="seconds", estimated_microcents=5)

    found = _month(session_factory, clinic.id, datetime.now(UTC))

    assert found.lines == (usage.UsageLine("captions", "seconds", 90, 5),)


@pytest.mark.parametrize(
    ("cents", "budget_cents", "level"),
    [
        (79, 100, "within"),
        (80, 100, "warned"),
        (99, 100, "warned"),
        (100, 100, "reached"),
        (0, 0, "reached"),
        (10_000, None, "within"),
    ],
)
def test_the_budget_warns_at_eighty_percent_and_stops_new_jobs_when_all_is_used(
    session_factory: sessionmaker[Session],
    clinic: Clinic,
    used: Use,
    budget: Callable[[Clinic, int | None], None],
    cents: int,
    budget_cents: int | None,
    level: str,
) -> None:
    used(clinic, cents=cents)
    budget(clinic, budget_cents)

    found = _month(session_factory, clinic.id)

    assert found.level == level
    with clinic_session(session_factory, clinic.id) as session:
        if level == "reached":
            with pytest.raises(BudgetReached):
                usage.require_budget(session, NOW)
        else:
            usage.require_budget(session, NOW)


def test_a_new_month_has_its_whole_budget(
    session_factory: sessionmaker[Session], clinic: Clinic, used: Use, budget: Callable[[Clinic, int | None], None]
) -> None:
    used(clinic, cents=500, at=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    budget(clinic, 100)

    with clinic_session(session_factory, clinic.id) as session:
        usage.require_budget(session, NOW)


def test_what_another_clinic_uses_does_not_count(
    session_factory: sessionmaker[Session], clinic: Clinic, other_clinic: Clinic, used: Use
) -> None:
    used(other_clinic, cents=500)

    assert _month(session_factory, clinic.id).lines == ()


@pytest.mark.parametrize("statement", ["UPDATE usage_records SET quantity = 0", "DELETE FROM usage_records"])
def test_what_was_used_is_never_changed(
    session_factory: sessionmaker[Session], clinic: Clinic, used: Use, statement: str
) -> None:
    used(clinic)

    with pytest.raises(DBAPIError), clinic_session(session_factory, clinic.id) as session:
        session.execute(text(statement))


def test_admins_see_their_months_and_whether_the_budget_has_stopped_new_jobs(
    as_admin: TestClient, app: FastAPI, clinic: Clinic, used: Use, budget: Callable[[Clinic, int | None], None]
) -> None:
    app.state.clock.moment = NOW
    used(clinic, cents=90)
    used(clinic, cents=7, at=datetime(2026, 9, 1, 12, tzinfo=UTC), kind="captions")
    budget(clinic, 60)

    seen = as_admin.get("/api/clinic/usage", params={"months": 3}).json()

    assert [(each["month"], each["microcents"]) for each in seen["months"]] == [
        ("2026-11-01", 90 * CENT),
        ("2026-10-01", 0),
        ("2026-09-01", 7 * CENT),
    ]
    assert seen["months"][2]["lines"] == [
        {"kind": "captions", "unit": "seconds", "quantity": 60, "microcents": 7 * CENT}
    ]
    assert (seen["budget_cents"], seen["share"], seen["level"], seen["is_stopped"]) == (60, 1.5, "reached", True)


@pytest.mark.parametrize("months", ["0", "37", "many"])
def test_only_so_many_months_are_added_up(as_admin: TestClient, months: str) -> None:
    assert as_admin.get("/api/clinic/usage", params={"months": months}).status_code == 422


def _counted(name: str, kind: str) -> float:
    return REGISTRY.get_sample_value(name, {"kind": kind}) or 0.0


def test_only_what_is_committed_is_counted_for_prometheus(
    session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    def record(session: Session, quantity: int) -> None:
        usage.record(
            session,
            vendor="assemblyai",
            kind="captions",
            quantity=quantity,
            unit="seconds",
            estimated_microcents=quantity * CENT,
        )

    before = _counted("scribe_usage_seconds_total", "captions"), _counted("scribe_usage_cents_total", "captions")
    with clinic_session(session_factory, clinic.id) as session:
        record(session, 5)
        with suppress(LookupError), session.begin_nested():
            record(session, 100)
            raise LookupError
        with session.begin_nested():
            record(session, 7)
        assert _counted("scribe_usage_seconds_total", "captions") == before[0]
    with suppress(LookupError), clinic_session(session_factory, clinic.id) as session:
        record(session, 1000)
        raise LookupError
    with clinic_session(session_factory, clinic.id) as session:
        session.execute(text("SELECT 1"))

    after = _counted("scribe_usage_seconds_total", "captions"), _counted("scribe_usage_cents_total", "captions")
    assert (after[0] - before[0], after[1] - before[1]) == (12, 12)
