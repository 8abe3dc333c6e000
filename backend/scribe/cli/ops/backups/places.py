"""Where a restore puts things: a plain directory, or the home of an embedded Scribe."""

import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scribe.cli.embedded import processes
from scribe.cli.embedded.home import Secrets, keep_secrets, write_private
from scribe.cli.embedded.postgres import copy_binaries
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.restoring import refuse_unless_free
from scribe.core.settings import StorageSettings
from scribe.storage.base import ObjectStore
from scribe.storage.factory import make_store
from scribe.storage.filesystem import FilesystemStore


@dataclass
class Layout:
    """One restore's places."""

    target: Path
    data: Path
    is_embedded: bool
    # What the database's roles must have to fit what is written here.
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def objects(self) -> Path:
        """Where audio goes, unless it goes to a store."""
        return self.target / "objects"

    def refuse_unless_free(self) -> None:
        """Before anything is written: `BackupFailed` where something would be overwritten."""
        refuse_unless_free(self.data)
        if self.is_embedded and (self.target / "secrets.json").exists() and not _began(self.target):
            raise BackupFailed(f"{self.target} is the home of a Scribe already. Name another.")

    def keep_secrets(self, bundle: dict[str, str]) -> None:
        """Write the bundle's secrets where this kind of Scribe looks for them."""
        self.target.mkdir(parents=True, exist_ok=True)
        if self.is_embedded:
            self._make_home(bundle)
            return
        for name, value in bundle.items():
            place = self.target / "secrets"
            place.mkdir(exist_ok=True, mode=0o700)
            path = place / name.lower()
            if path.exists() and path.read_text().strip() not in ("", value):
                raise BackupFailed(f"{path} is there already, and holds something else. Move it away.")
            write_private(path, value + "\n")

    def store(self, *, to_store: bool) -> ObjectStore:
        """Where audio goes."""
        return make_store(StorageSettings()) if to_store else FilesystemStore(self.objects)

    def finish(self) -> None:
        """All is there."""
        if self.is_embedded:
            (self.target / _BEGUN).unlink(missing_ok=True)

    def _make_home(self, bundle: dict[str, str]) -> None:
        missing = [name for name in ("ROOT_KEY", "TOKEN_KEY") if name not in bundle and name not in os.environ]
        if missing:
            raise BackupFailed(f"A home needs {' and '.join(missing)}: name the recovery key's file.")
        (self.target / _BEGUN).touch()
        self.target.chmod(0o755)
        taken = {**os.environ, **bundle}
        made = Secrets(
            app_password=_password(taken.get("DATABASE_URL")),
            owner_password=_password(taken.get("DATABASE_OWNER_URL")),
            root_key=taken["ROOT_KEY"],
            token_key=taken["TOKEN_KEY"],
        )
        keep_secrets(self.target, made)
        root, superuser = self.data.parent, secrets.token_urlsafe(32)
        root.mkdir(exist_ok=True)
        shutil.rmtree(root / "pginstall", ignore_errors=True)
        copy_binaries(root / "pginstall")
        write_private(root / "postgres.password", superuser)
        if user := processes.service_user():
            os.chown(root / "postgres.password", user.pw_uid, user.pw_gid)
        self.passwords = {"postgres": superuser}


# A home that a restore began to fill may be filled again.
_BEGUN = ".restore-begun"


def plain(target: Path) -> Layout:
    """TARGET/pgdata, TARGET/objects, TARGET/secrets."""
    return Layout(target, target / "pgdata", is_embedded=False)


def embedded(target: Path) -> Layout:
    """A directory that `SCRIBE_HOME` may name."""
    return Layout(target, target / "postgres" / "pgdata", is_embedded=True)


def _began(target: Path) -> bool:
    return (target / _BEGUN).exists()


def _password(url: str | None) -> str:
    found = urlsplit(url).password if url else None
    return unquote(found) if found else secrets.token_urlsafe(24)
