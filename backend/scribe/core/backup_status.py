"""What the backups have written down of themselves: when each kind last succeeded."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

# Told in any case: where nothing was ever written down, it never succeeded.
ALWAYS_TOLD = "full"
NEVER = datetime.fromtimestamp(0, UTC)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BackupStatus:
    """The last success of each kind of backup (full, incremental, wal, audio, keys) and of the restore drill."""

    last_success: dict[str, datetime] = field(default_factory=lambda: {ALWAYS_TOLD: NEVER})
    drill_last_success: datetime = NEVER


def read(path: Path) -> BackupStatus:
    """The file as it is now; what cannot be read never succeeded.

    Its form: `{"last_success": {"full": "2026-11-27T02:00:00Z"}, "drill_last_success": "2026-11-27T03:00:00Z"}`.
    """
    try:
        found = json.loads(path.read_text())
        successes = {kind: _moment(text) for kind, text in found.get("last_success", {}).items()}
        drill = _moment(found["drill_last_success"]) if "drill_last_success" in found else NEVER
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("backup_status_unreadable", error=type(error).__name__)
        return BackupStatus()
    return BackupStatus({ALWAYS_TOLD: NEVER} | successes, drill)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    # A time without its zone could be hours off either way, which is no proof of a success.
    return moment if moment.tzinfo else NEVER
