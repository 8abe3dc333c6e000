"""Child processes that never outlive their parent, and never run as root where they must not."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
SERVICE_USER = "scribe-embedded"


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the signal when the parent is gone, even by kill -9 (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, with_signal)

    return arrange


def service_user() -> pwd.struct_passwd | None:
    """Whom servers that refuse root run as; None where we are not root anyway."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        # No useradd (a minimal image), or no right to add: `nobody` always has an entry.
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
            return pwd.getpwnam(SERVICE_USER)
        except (OSError, subprocess.CalledProcessError, KeyError):
            return pwd.getpwnam("nobody")


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    user: pwd.struct_passwd | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    env: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a server that dies with us; its output goes to the log file.

    It has a session of its own, so that a Ctrl-C reaches only the parent, which stops its children in order.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=env,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=die_with_parent(stop_signal),  # noqa: PLW1509 - one prctl, and we spawn from the main thread
        )


def stop(process: "subprocess.Popen[bytes]", with_signal: signal.Signals, seconds: float = 10) -> None:
    """Ask it to stop; insist after some seconds."""
    if process.poll() is not None:
        return
    process.send_signal(with_signal)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
