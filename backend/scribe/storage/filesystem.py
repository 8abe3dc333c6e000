"""Objects as files below one directory."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scribe.storage import figures
from scribe.storage.base import ObjectMissing, StoreUnavailable
from scribe.storage.keys import checked

# No key's part starts with a dot, so a file that is being written is never taken for an object.
_UNFINISHED = ".part-"


class FilesystemStore:
    """A put writes a temporary file, syncs it, renames it, and syncs the directory: after that, nothing is lost."""

    name = "filesystem"

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        # Told from the start: an error that comes later is then seen as a rise.
        figures.errors_total.labels(self.name)

    def put(self, key: str, body: bytes | BinaryIO) -> None:
        """Store; when this returns, the object survives a crash."""
        path = self._path(key)
        with _refusing():
            self._make_directory(path.parent)
            unfinished = path.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
            try:
                with unfinished.open("xb", buffering=0) as file:
                    if isinstance(body, bytes):
                        _write_all(file.fileno(), body)
                    else:
                        shutil.copyfileobj(body, file, 1024 * 1024)
                    os.fsync(file.fileno())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            _sync_directory(path.parent)

    def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of the object, or `ObjectMissing`."""
        with _refusing(), self._path(key).open("rb") as file:
            file.seek(start)
            return file.read() if end is None else file.read(max(0, end - start))

    def size(self, key: str) -> int:
        """Bytes of the object, or `ObjectMissing`."""
        with _refusing():
            return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        """Remove; a missing object is no error."""
        path = self._path(key)
        with _refusing(), contextlib.suppress(FileNotFoundError):
            path.unlink()
            _sync_directory(path.parent)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with the prefix."""
        start = self._root / prefix.rpartition("/")[0]
        with _refusing():
            for directory, _, files in os.walk(start):
                for name in files:
                    key = str(Path(directory, name).relative_to(self._root))
                    if key.startswith(prefix) and not name.startswith("."):
                        yield key

    def check(self) -> None:
        """Raise `StoreUnavailable` if a put would fail now."""
        self.put("health/probe", b"probe")

    def room(self) -> tuple[int, int]:
        """Bytes that are free, and all bytes, of the disk that the objects are on."""
        there = next(each for each in (self._root, *self._root.parents) if each.exists())
        usage = shutil.disk_usage(there)
        return usage.free, usage.total

    def _path(self, key: str) -> Path:
        return self._root / checked(key)

    def _make_directory(self, directory: Path) -> None:
        if directory.is_dir():
            return
        # A new directory is an entry in its parent, which must reach the disk too.
        self._make_directory(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
        _sync_directory(directory.parent)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, IsADirectoryError) as error:
        raise ObjectMissing from error
    except OSError as error:
        figures.errors_total.labels(FilesystemStore.name).inc()
        raise StoreUnavailable from error


def _write_all(descriptor: int, body: bytes) -> None:
    view = memoryview(body)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
