"""Giving up every right that decoding does not need. Linux on x86-64 and arm64; elsewhere it refuses.

Mandatory, and proved before any input is read: a system call filter (seccomp) under which no file can be opened, no
socket made, no process started; no new privileges; limits on memory, CPU time and file size; and, where we were
root, another user. Where the kernel allows it the process also sits in an empty network namespace: a second wall,
not the one that is relied on.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_NOBODY = 65534

# What an interpreter and a decoder call once all is loaded: memory, time, locks, and reading and writing what is open.
_X86_64 = (
    0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 24, 25, 28, 35, 39, 60, 96, 98, 131, 186, 201, 202, 204,
    219, 228, 230, 231, 234, 271, 273, 318, 324, 334,
)  # fmt: skip
_ARM64 = (
    57, 62, 63, 64, 65, 66, 67, 73, 80, 93, 94, 98, 99, 101, 113, 115, 123, 124, 128, 131, 132, 134, 135, 139, 165, 169,
    172, 178, 214, 215, 216, 222, 226, 233, 278, 283, 293,
)  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _ARM64)}

_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000


class CannotConfine(Exception):
    """This machine does not let us give up our rights; then nothing is decoded."""


def leave_the_network() -> bool:
    """Step into an empty network namespace, if the kernel allows it. Before any thread is started."""
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    return bool(_libc().unshare(flags) == 0)


def die_with_parent() -> None:
    """The kernel kills us when our parent is gone."""
    parent = os.getppid()
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def give_up_rights(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Everything but reading and writing what is already open. Raises `CannotConfine` unless it is proved."""
    _limit(memory_bytes, cpu_seconds)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _filter_system_calls()
    _prove()


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    for which, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(which)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (allowed, allowed))


def _filter_system_calls() -> None:
    if platform.machine() not in _ARCHITECTURES:
        raise CannotConfine(f"no system call filter for {platform.machine()}")
    architecture, allowed = _ARCHITECTURES[platform.machine()]
    program = [(_LOAD, 0, 0, 4), (_EQUALS, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    # Each allowed call jumps over the rest of the list and the denial.
    program += [(_EQUALS, len(allowed) - at, 0, number) for at, number in enumerate(allowed)]
    program += [(_RETURN, 0, 0, _DENY), (_RETURN, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code)))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(_PR_SET_SECCOMP, 2, head, 0, 0) != 0:
        raise CannotConfine(os.strerror(ctypes.get_errno()))


def _prove() -> None:
    """Try what must not be possible any more."""
    for attempt in (lambda: os.open("/etc/hostname", os.O_RDONLY), socket.socket, os.fork):
        try:
            attempt()
        except OSError as error:
            if error.errno == errno.EPERM:
                continue
        raise CannotConfine("a right that was given up is still there")


def _libc() -> ctypes.CDLL:
    if sys.platform != "linux":
        raise CannotConfine(f"no system call filter on {sys.platform}")
    return ctypes.CDLL(None, use_errno=True)
