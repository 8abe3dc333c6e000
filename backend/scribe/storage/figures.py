"""What the stores tell Prometheus."""

from prometheus_client import Counter

errors_total = Counter("scribe_storage_errors_total", "Times that the object store did not do its work.", ["store"])
