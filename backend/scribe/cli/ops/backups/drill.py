"""The drill: yesterday, or some moment since, is brought back in a scratch place, looked at, and thrown away.

A backup is what was restored. So this runs every day, and its success is what the metrics tell.
"""

import base64
import contextlib
import fcntl
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import make_url

from scribe.cli.embedded.postgres import OWNER_ROLE
from scribe.cli.ops.backups import checks, objects, received, restoring, sets
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.recovery import RecoveryServer
from scribe.cli.ops.backups.repository import Repository
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings

_WITHIN = timedelta(days=1)
_SCRATCH, _HELD = "scribe-drill-", "held"

_log = structlog.get_logger(__name__)


def random_moment(repository: Repository, now: datetime) -> datetime:
    """Some moment of the last day that there is a backup of."""
    known = sets.all_of(repository)
    until = received.until(repository)
    if not known or until is None:
        raise BackupFailed("There is no backup yet that a drill could restore.")
    first = max(known[0].finished_at, now - _WITHIN)
    if first > until:
        raise BackupFailed("No log was received since the newest backup: is the `backup` service running?")
    return first + (until - first) * random.SystemRandom().random()


def run(repository: Repository, settings: Settings, moment: datetime) -> dict[str, Any]:
    """Restore the moment, run every check, and report. A check that fails is in the report, not raised."""
    began = time.monotonic()
    with _scratch(settings.backup.backup_scratch) as scratch:
        restored = restoring.database(repository, scratch / "pgdata", moment)
        seconds = {"restore": time.monotonic() - began}
        outcomes = []
        with RecoveryServer(scratch / "pgdata") as server:
            server.start()
            seconds["start"] = time.monotonic() - began - seconds["restore"]
            subject = _subject(server, repository, settings, scratch)
            for name, check in checks.ALL.items():
                at = time.monotonic()
                outcomes.append(_outcome(name, check, subject))
                seconds[name] = time.monotonic() - at
        size = sum(path.stat().st_size for path in (scratch / "pgdata").rglob("*") if path.is_file())
    report = {
        "made_at": datetime.now(UTC).isoformat(),
        "moment": moment.astimezone(UTC).isoformat(),
        "set": restored.set_id,
        "last_commit_at": restored.last_commit_at.isoformat() if restored.last_commit_at else None,
        "database_bytes": size,
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "total_seconds": round(time.monotonic() - began, 2),
        "checks": outcomes,
        "passed": all(outcome["passed"] for outcome in outcomes),
    }
    _log.info("drill_done", passed=report["passed"], set=report["set"], total_seconds=report["total_seconds"])
    return report


@contextlib.contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """A directory for one drill. What a killed one left behind is patients' data, and goes first."""
    for left in place.glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError), (left / _HELD).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=place))
    try:
        # PostgreSQL's own user must reach its files.
        scratch.chmod(0o711)
        with (scratch / _HELD).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _subject(server: RecoveryServer, repository: Repository, settings: Settings, scratch: Path) -> checks.Restored:
    app = make_url(settings.database.database_url.get_secret_value())
    database = app.database or "scribe"
    return checks.Restored(
        app_url=server.url(app.username or "", database),
        owner_url=server.url(OWNER_ROLE, database),
        store=objects.Copies(repository),
        keyring=KeyRing(base64.b64decode(settings.security.root_key.get_secret_value())),
        settings=settings,
        scratch=scratch,
    )


def _outcome(name: str, check: Any, subject: checks.Restored) -> dict[str, Any]:
    try:
        return {"name": name, "passed": True, "found": check(subject)}
    except checks.CheckFailed as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a restored Scribe is what a drill is to find
        problem = _without_words(error)
    _log.error("drill_check_failed", check=name)
    return {"name": name, "passed": False, "problem": problem}


def _without_words(error: Exception) -> str:
    """What kind of error it is: the words of a database may quote a patient's row, and the report is not sealed."""
    code = getattr(getattr(error, "orig", error), "pgcode", None)
    return type(error).__name__ + (f" ({code})" if code else "")
