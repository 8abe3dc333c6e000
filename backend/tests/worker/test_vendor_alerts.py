"""Alerts on an account's condition are about conditions that are told: a name that nobody tells would never fire."""

import re
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import REGISTRY, generate_latest

from scribe.transcription.care import Figures
from scribe.transcription.vendor_models import ServiceCondition
from scribe.worker import metrics

RULES = Path(__file__).parents[3] / "monitoring" / "rules"


def told() -> str:
    """All that a worker tells, once a sweep has looked at vendors."""
    row = ServiceCondition(service="assemblyai", region="us", leftovers=0, foreign_transcripts=0)
    row.reconciled_at = datetime.now(UTC)
    metrics.show_vendor(Figures(conditions={"us": row}))
    return generate_latest(REGISTRY).decode()


def test_each_condition_that_is_alerted_on_is_told() -> None:
    rules = (RULES / "vendor.yml").read_text()

    wanted = set(re.findall(r'condition="(\w+)"', rules))

    assert wanted == {"key_refused", "balance_negative", "unreachable"}
    assert all(f'condition="{name}",region="us"' in told() for name in wanted)
