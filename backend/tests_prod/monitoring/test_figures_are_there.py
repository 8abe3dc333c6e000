"""After a consultation, the panels show something: exporters and app really tell what is asked of them."""

import importlib

import pytest

from tests.ops_files.watching import alerts, dashboards, metrics_in, questions
from tests.waiting import wait_until
from tests_prod.monitoring.causes import CAUSED, NOT_CAUSED
from tests_prod.monitoring.recording import record, status
from tests_prod.monitoring.watched import PATIENCE, Watched

# Nothing of the kind has happened in a Scribe that is well.
MAY_BE_EMPTY = {
    "clinic-flow: Alerts that fire",
    "api: Errors of the server's, by route",
    "api: Refused for too many requests, by route",
    "clinic-flow: Consultations an hour",
    "clinic-flow: Signed in the last hour",
}
# No clinic here uses a cloud.
OF_CLOUDS = ("scribe_vendor_", "scribe_usage_", "scribe_budget_", "scribe_clinic_budget_")


def test_every_alert_is_caused_or_it_is_said_why_not() -> None:
    for module in ("around", "of_recordings", "below"):
        importlib.import_module(f"tests_prod.monitoring.test_faults_{module}")

    assert CAUSED | set(NOT_CAUSED) == {alert.name for alert in alerts()}
    assert not CAUSED & set(NOT_CAUSED)


def test_prometheus_answers_every_question(watched: Watched) -> None:
    for _, expr in questions():
        watched.ask(expr)


@pytest.mark.timeout(600)
def test_panels_are_not_empty_after_a_consultation(watched: Watched) -> None:
    watched.backed_up(full=1, wal=0, drill=1)
    sent = record(watched.doctor)
    wait_until(lambda: status(watched.doctor, sent) == "ready", "the note is drafted", seconds=2 * PATIENCE)
    asked = {
        f"{name}: {panel['title']}": target["expr"]
        for name, dashboard in dashboards().items()
        for panel in dashboard["panels"]
        for target in panel["targets"]
    }
    wanted = {
        where: expr
        for where, expr in asked.items()
        if where not in MAY_BE_EMPTY and not any(each.name.startswith(OF_CLOUDS) for each in metrics_in(expr))
    }
    empty: list[str] = []

    def are_filled() -> bool:
        empty[:] = [where for where, expr in wanted.items() if not watched.ask(expr)]
        return not empty

    try:
        wait_until(are_filled, "all panels show something", seconds=PATIENCE, every=1)
    except AssertionError:
        pytest.fail(f"empty: {empty}")
