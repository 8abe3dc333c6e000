"""Alerts are about figures that there are: a name that nobody tells would never fire."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest

from scribe.http import metrics as of_service
from scribe.transcription.care import Figures
from scribe.transcription.vendor_models import ServiceCondition
from scribe.worker import metrics

RULES = Path(__file__).parents[3] / "monitoring" / "rules"
# Told by the API as it is asked, not by its registry (http/metrics.py).
OF_QUEUE = {"scribe_queue_waiting", "scribe_queue_running", "scribe_queue_oldest_seconds"}


def told() -> str:
    """All that worker and service tell, once there is something of each kind."""
    assert of_service.request_duration_seconds
    row = ServiceCondition(service="assemblyai", region="us", leftovers=0, foreign_transcripts=0)
    row.reconciled_at = datetime.now(UTC)
    metrics.show_vendor(Figures(conditions={"us": row}))
    return generate_latest(REGISTRY).decode()


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yml")), ids=lambda path: path.name)
def test_each_alert_is_about_a_figure_that_is_told(path: Path) -> None:
    asked = set(re.findall(r"\b(scribe_\w+)", "\n".join(re.findall(r"expr: (.*)", path.read_text()))))

    known = set(re.findall(r"^# TYPE (\w+)", told(), re.MULTILINE)) | OF_QUEUE
    assert asked <= known | {f"{name}_bucket" for name in known}


def test_each_condition_that_is_alerted_on_is_told() -> None:
    rules = (RULES / "vendor.yml").read_text()

    wanted = set(re.findall(r'condition="(\w+)"', rules))

    assert wanted == {"key_refused", "balance_negative", "unreachable"}
    assert all(f'condition="{name}",region="us"' in told() for name in wanted)
