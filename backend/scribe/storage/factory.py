"""Which store the settings ask for."""

from scribe.core.settings import StorageSettings
from scribe.storage.base import ObjectStore
from scribe.storage.filesystem import FilesystemStore


def make_store(settings: StorageSettings) -> ObjectStore:
    """The store that the settings name."""
    if settings.storage_backend == "s3":
        from scribe.storage.s3 import S3Store  # noqa: PLC0415 - boto3 is slow to import; who keeps files does not wait

        return S3Store(settings)
    return FilesystemStore(settings.storage_root)
