"""The metrics that service and worker really export, with their labels."""

from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

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
