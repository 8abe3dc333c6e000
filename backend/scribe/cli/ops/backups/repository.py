"""Where backups are kept: a directory or a bucket, of which nothing can be read or changed unseen without the key."""

from collections.abc import Iterator
from datetime import timedelta

from scribe.cli.ops.backups.errors import BackupFailed, Tampered
from scribe.core import crypto
from scribe.core.crypto import SealBroken
from scribe.core.settings import BackupSettings
from scribe.storage.base import ObjectMissing, ObjectStore
from scribe.storage.factory import make_store


class Repository:
    """Objects by name. Each is sealed for its own name: one that was changed, cut or moved does not open.

    `store` may lock what it is given for the time that it is kept; what is soon replaced goes to `passing`.
    """

    def __init__(self, store: ObjectStore, passing: ObjectStore, key: bytes, prefix: str = "") -> None:
        self.store, self._passing = store, passing
        self._prefix = f"{prefix}/" if prefix else ""
        self._sealing = crypto.derive(key, "backup-objects")

    def put(self, name: str, plain: bytes, *, passing: bool = False) -> bytes:
        """Keep it; what was really written comes back. When this returns, it survives a crash of the store."""
        sealed = crypto.seal(self._sealing, plain, name)
        (self._passing if passing else self.store).put(self._prefix + name, sealed)
        return sealed

    def get(self, name: str) -> bytes:
        """What was put, or `ObjectMissing`, or `Tampered`."""
        return self.opened(name, self.sealed(name))

    def sealed(self, name: str) -> bytes:
        """It as it is kept, or `ObjectMissing`."""
        return self.store.get(self._prefix + name)

    def opened(self, name: str, sealed: bytes) -> bytes:
        """What was put under the name, or `Tampered`."""
        try:
            return crypto.unseal(self._sealing, sealed, name)
        except SealBroken as error:
            raise Tampered(f"{name} was changed, or sealed with another BACKUP_KEY.") from error

    def put_open(self, name: str, body: bytes) -> None:
        """Keep what is sealed by other means than the backup key."""
        self.store.put(self._prefix + name, body)

    def find(self, name: str) -> bytes | None:
        """What was put, if it was."""
        try:
            return self.get(name)
        except ObjectMissing:
            return None

    def names(self, prefix: str) -> Iterator[str]:
        """All names that start with the prefix."""
        for key in self.store.keys(self._prefix + prefix):
            yield key.removeprefix(self._prefix)

    def delete(self, name: str) -> None:
        """Remove; a locked object stays, hidden, until its time is over."""
        self.store.delete(self._prefix + name)


def open_repository(settings: BackupSettings) -> Repository:
    """The repository that the settings name, or `BackupFailed`."""
    if not settings.backup_repository:
        raise BackupFailed("BACKUP_REPOSITORY is not set: a directory, or s3://BUCKET/PREFIX.")
    if not settings.key:
        raise BackupFailed("BACKUP_KEY must be 32 random bytes in base64: scribe ops backup init makes one.")
    return Repository(*stores_of(settings), settings.key, (settings.bucket_and_prefix or ("", ""))[1])


def stores_of(settings: BackupSettings) -> tuple[ObjectStore, ObjectStore]:
    """Where objects are kept for good, and where those go that are soon replaced."""
    plain = make_store(settings.storage())
    if settings.bucket_and_prefix is None or settings.backup_s3_lock == "off":
        return plain, plain
    from scribe.storage.s3 import Lock, S3Store  # noqa: PLC0415 - boto3 is slow to import

    length = timedelta(days=settings.backup_keep_days)
    lock = Lock("GOVERNANCE" if settings.backup_s3_lock == "governance" else "COMPLIANCE", length)
    return S3Store(settings.storage(), lock), plain
