"""No alert waits for, and no panel shows, a figure that nobody tells."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scribe.consultations.models import Stage
from scribe.core.settings import BackupSettings
from scribe.recordings.models import RecordingState
from scribe.storage.filesystem import FilesystemStore
from scribe.worker import metrics as _worker  # noqa: F401 - counts as soon as it is imported
from scribe.worker.risks import Risk
from tests.fixtures.app import ORIGIN
from tests.ops_files.exported import answered, declared
from tests.ops_files.watching import grouped_by, metrics_in, questions

# Prometheus puts these on everything that it scrapes.
FROM_PROMETHEUS = {"job", "instance"}
VALUES = {
    "risk": set(Risk),
    "state": set(RecordingState),
    "stage": set(Stage),
    # worker/running.py, worker/reaping.py and consultations/pipeline.py.
    "outcome": {
        "completed",
        "failed",
        "retried",
        "superseded",
        "handed_back",
        "parked",
        "settled",
        "requeued",
        "dead_lettered",
    },
    "round": {"reap", "sweep", "live", "audit", "risks"},
    "kind": {"full", "wal"},
}


@pytest.fixture
def exported(app: FastAPI, tmp_path: Path) -> dict[str, set[str]]:
    """What service and worker tell, by the name of the sample: its labels."""
    status = tmp_path / "status.json"
    status.write_text(json.dumps({"last_success": {"wal": "2026-11-27T02:00:00Z"}}))
    app.state.settings = app.state.settings.model_copy(update={"backup": BackupSettings(backup_status_file=status)})
    app.state.store = FilesystemStore(tmp_path)
    answer = TestClient(app, base_url=ORIGIN, client=("127.0.0.1", 1)).get("/metrics")
    return declared() | answered([answer.text])


def test_every_metric_that_is_asked_for_is_told_with_the_labels_it_is_asked_by(exported: dict[str, set[str]]) -> None:
    wrong = [
        (where, asked)
        for where, expr in questions()
        for asked in metrics_in(expr)
        if asked.name not in exported or not set(asked.matched) <= exported[asked.name] | FROM_PROMETHEUS
    ]

    assert wrong == []


def test_what_is_grouped_by_is_a_label_of_what_is_grouped(exported: dict[str, set[str]]) -> None:
    wrong = [
        (where, label)
        for where, expr in questions()
        if metrics_in(expr)
        for label in grouped_by(expr)
        if not any(label in exported[asked.name] | FROM_PROMETHEUS for asked in metrics_in(expr))
    ]

    assert wrong == []


def test_every_route_that_is_asked_for_is_one_of_the_service(app: FastAPI) -> None:
    routes = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    asked = {
        (found.matched["method"], found.matched["route"])
        for _, expr in questions()
        for found in metrics_in(expr)
        if found.matched.get("route", "").startswith("/api/")
    }

    assert len(asked) >= 4
    assert asked <= routes


def test_every_value_that_is_asked_for_is_one_that_is_told() -> None:
    wrong = [
        (where, label, value)
        for where, expr in questions()
        for asked in metrics_in(expr)
        for label, values in asked.matched.items()
        if label in VALUES
        for value in values.split("|")
        if value not in VALUES[label]
    ]

    assert wrong == []
