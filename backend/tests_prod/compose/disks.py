"""Small disks, so that one can be filled: a file with a file system in it, as the volume of a service."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

_AT_ONCE = 1024 * 1024


class SmallDisk:
    """A disk of its own below `place`."""

    def __init__(self, place: Path, megabytes: int, owner: int) -> None:
        image, self._mount = place / "disk.img", place / "disk"
        # A directory in it: PostgreSQL makes no cluster beside lost+found.
        self.data, self._ballast = self._mount / "data", self._mount / "ballast"
        self._mount.mkdir(parents=True)
        with image.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-m", "0", image)
        _run("mount", "-o", "loop", image, self._mount)
        self.data.mkdir(mode=0o700)
        os.chown(self.data, owner, owner)

    def fill(self) -> None:
        """Until not one byte more goes onto it."""
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            for size in (_AT_ONCE, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))
            os.fsync(file.fileno())

    def free(self) -> None:
        """Somebody made room."""
        self._ballast.unlink()

    def close(self) -> None:
        """The disk is gone."""
        _run("umount", "--lazy", self._mount)


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int, owner: int) -> Iterator[SmallDisk]:
    """One for as long as the block lasts."""
    disk = SmallDisk(place, megabytes, owner)
    try:
        yield disk
    finally:
        disk.close()


def _run(*command: str | Path) -> None:
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
