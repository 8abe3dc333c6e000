"""Where the embedded Scribe keeps its data, and the secrets that it made for itself."""

import base64
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[4]
_NEEDED_BYTES = 1024**3


class HomeUnusable(Exception):
    """The data directory cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Secrets:
    """Made once, at the first start, and kept in a file that only the owner can read."""

    app_password: str
    owner_password: str
    root_key: str
    token_key: str


def default_home() -> Path:
    """SCRIBE_HOME, else `.scribe` in the checkout.

    Servers that refuse to be root run as another user, who cannot enter a checkout below a private directory
    (/root, say); then the data lies in /var/lib/scribe, in a folder of this checkout's own.
    """
    if chosen := os.environ.get("SCRIBE_HOME"):
        return Path(chosen).resolve()
    beside = REPOSITORY / ".scribe"
    if os.geteuid() != 0 or others_can_enter(REPOSITORY):
        return beside
    name = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:8]
    return Path("/var/lib/scribe") / name


def others_can_enter(path: Path) -> bool:
    """Whether every user can reach what lies there."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))


def open_home(home: Path) -> IO[str]:
    """Make the directory and hold its lock; keep the returned file open as long as the home is in use."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        lock = (home / "lock").open("w")
    except OSError as error:
        raise HomeUnusable(f"Cannot write to {home}: {error.strerror}. Set SCRIBE_HOME to another place.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise HomeUnusable(f"Scribe already runs on {home}. Stop it first, or set SCRIBE_HOME.") from error
    free = shutil.disk_usage(home).free
    if free < _NEEDED_BYTES:
        raise HomeUnusable(f"Only {free // 1024**2} MB are free at {home}; Scribe needs 1024 MB. Free some space.")
    return lock


def load_secrets(home: Path) -> Secrets:
    """The secrets of this home; made at the first call."""
    path = home / "secrets.json"
    if not path.exists():
        made = Secrets(
            app_password=secrets.token_urlsafe(24),
            owner_password=secrets.token_urlsafe(24),
            root_key=base64.b64encode(secrets.token_bytes(32)).decode(),
            token_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        )
        keep_secrets(home, made)
    return Secrets(**json.loads(path.read_text()))


def keep_secrets(home: Path, made: Secrets) -> None:
    """From now on the home has these secrets."""
    write_private(home / "secrets.json", json.dumps(made.__dict__, indent=1))


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read; after a crash it is whole, old or new."""
    draft = path.with_suffix(".tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
