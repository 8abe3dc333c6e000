"""The metrics that service and worker really export, with their labels."""

from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

# What the branch of the cloud services brings, with its labels. To be deleted when it is merged.
COMES_WITH_VENDORS: dict[str, set[str]] = {
    "scribe_vendor_jobs": {"state"},
    "scribe_vendor_undeleted": set(),
    "scribe_vendor_oldest_undeleted_seconds": set(),
    "scribe_vendor_leftovers": {"region"},
    "scribe_vendor_foreign": {"region"},
    "scribe_vendor_reconciled_timestamp_seconds": {"region"},
    "scribe_vendor_condition": {"region", "condition"},
    "scribe_clinic_budget_used_ratio": {"clinic"},
    "scribe_budget_notices_total": {"level"},
    "scribe_usage_seconds_total": {"kind"},
    "scribe_usage_tokens_total": {"kind"},
    "scribe_usage_cents_total": {"kind"},
}

_SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}


def declared(registry: CollectorRegistry = REGISTRY) -> dict[str, set[str]]:
    """Sample names and labels of all that is counted in a process, whether it has been counted yet or not."""
    found: dict[str, set[str]] = {}
    for collector in registry._collector_to_names:
        if isinstance(collector, MetricWrapperBase):
            for suffix in _SUFFIXES[collector._type]:
                own = {"le"} if suffix == "_bucket" else set()
                found[collector._name + suffix] = set(collector._labelnames) | own
    return found


def answered(texts: Iterable[str]) -> dict[str, set[str]]:
    """Sample names and labels in answers to Prometheus."""
    return {
        sample.name: set(sample.labels)
        for text in texts
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
