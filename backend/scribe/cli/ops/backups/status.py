"""What the metrics read: when each kind of backup, and the drill, last succeeded."""

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DRILL = "drill"


class Status:
    """A small file, replaced whole. Several processes may write it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def succeeded(self, *kinds: str, at: datetime | None = None) -> None:
        """Note that these have just succeeded."""
        if self._path is None:
            return
        moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = _read(self._path)
            for kind in kinds:
                if kind == DRILL:
                    found["drill_last_success"] = moment
                else:
                    found.setdefault("last_success", {})[kind] = moment
            draft = self._path.with_suffix(".new")
            with draft.open("w") as file:
                json.dump(found, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            # Read by another container's user.
            draft.chmod(0o644)
            draft.replace(self._path)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
