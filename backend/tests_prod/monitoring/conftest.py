import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.cli.embedded.processes import free_port
from tests.journey.product import running_product
from tests_prod.monitoring.watched import Watched, start_watch, stop_watch


@pytest.fixture(scope="session")
def watched() -> Iterator[Watched]:
    """Scribe and its watch; nothing is broken yet but that nobody has made a backup."""
    with tempfile.TemporaryDirectory(prefix="scribe-watch-") as directory:
        home, port = Path(directory), free_port()
        home.chmod(0o755)
        quick = {
            "JOB_SWEEP_INTERVAL_SECONDS": "1",
            "JOB_HEARTBEAT_SECONDS": "1",
            "JOB_STALLED_AFTER_SECONDS": "4",
            "JOB_REAPER_INTERVAL_SECONDS": "1",
            "JOB_RETRY_BASE_SECONDS": "1",
            # A recording can be made as old as its alert wants without being closed.
            "ABANDONED_AFTER_SECONDS": "86400",
        }
        with running_product(
            SCRIBE_DEMO_SAMPLE="no",
            WORKER_METRICS_PORT=str(port),
            BACKUP_STATUS_FILE=str(home / "backup-status.json"),
            RATE_LIMITS_ENABLED="false",
            **quick,
        ) as product:
            watched = start_watch(product, home, port)
            try:
                yield watched
            finally:
                stop_watch(watched)
