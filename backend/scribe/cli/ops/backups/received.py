"""Until when the log is known to be whole: a restore to a later moment would promise what is not there."""

import time
from datetime import datetime

from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import Repository

_NAME = "received"
_PATIENCE_SECONDS = 600


def note(repository: Repository, moment: datetime) -> None:
    """Everything that was committed until then is kept."""
    repository.put(_NAME, moment.isoformat().encode(), passing=True)


def until(repository: Repository) -> datetime | None:
    """The moment that was noted last."""
    found = repository.find(_NAME)
    return datetime.fromisoformat(found.decode()) if found else None


def wait(repository: Repository, moment: datetime) -> None:
    """Until all that was committed by then is kept; `BackupFailed` where that takes too long."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (reached := until(repository)) is None or reached < moment:
        if time.monotonic() > deadline:
            raise BackupFailed(
                "The write-ahead log is not received. Is the `backup` service running, and its store well?"
            )
        time.sleep(0.2)
