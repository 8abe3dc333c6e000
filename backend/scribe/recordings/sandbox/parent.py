"""Starting the sandbox, serving its reads, and taking what it writes; nothing it says is believed unchecked."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import scribe
from scribe.recordings.sandbox.wire import HEADER, LENGTH, MAX_PAYLOAD, Failure, Kind, pack

_MAX_RESULT = 2 * 1024 * 1024


class SandboxFailed(Exception):
    """The job could not be done; `failure` says why, `at_input` which input was being read."""

    def __init__(self, failure: Failure, at_input: int | None = None) -> None:
        self.failure, self.at_input = failure, at_input
        super().__init__(failure)


class Source(Protocol):
    """Bytes that the child may read at any place."""

    @property
    def size(self) -> int:
        """All of them."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; none only at the end."""
        ...


class Feed(Protocol):
    """Inputs that still arrive. Both methods wait for as long as it takes; what they raise ends the job."""

    def next_input(self, index: int) -> dict[str, Any]:
        """What the child must know of an input before it reads it; nothing when none will come."""
        ...

    def read(self, index: int, offset: int, length: int) -> bytes:
        """Up to `length` bytes of an input from `offset`; none only at its end."""
        ...


@dataclass(frozen=True)
class Limits:
    """What the child may use: memory, time of its own, and output."""

    memory_bytes: int
    seconds: float
    output_bytes: int
    # From one wait for input to the next, where the job goes on for as long as input arrives.
    step_seconds: float | None = None


@dataclass(frozen=True)
class _Whole:
    """Inputs that are there from the start."""

    sources: Sequence[Source]

    def next_input(self, index: int) -> dict[str, Any]:
        """All inputs were named in the job."""
        raise SandboxFailed(Failure.KILLED, index)

    def read(self, index: int, offset: int, length: int) -> bytes:
        """Of the source with this number."""
        if index >= len(self.sources):
            raise SandboxFailed(Failure.KILLED)
        return self.sources[index].read(offset, length)


@dataclass
class _Run:
    feed: Feed
    write: Callable[[int, bytes], None]
    progress: Callable[[float], None]
    limits: Limits
    connection: socket.socket
    deadline: float
    written: int = 0
    reading: int | None = field(default=None)


def run(
    job: dict[str, Any],
    sources: Sequence[Source],
    *,
    write: Callable[[int, bytes], None],
    progress: Callable[[float], None],
    limits: Limits,
) -> dict[str, Any]:
    """Do one job on the sources in a process of its own; `write(offset, bytes)` takes its output.

    Gives the job's result or raises `SandboxFailed`. Whatever happens, the process is gone afterwards.
    """
    sizes = [source.size for source in sources]
    return _run(job | {"sizes": sizes}, _Whole(sources), write=write, progress=progress, limits=limits)


def follow(job: dict[str, Any], feed: Feed, *, write: Callable[[int, bytes], None], limits: Limits) -> dict[str, Any]:
    """As `run`, on inputs that arrive while it goes on. The thread that calls it waits where the feed waits."""
    return _run(job | {"sizes": []}, feed, write=write, progress=lambda _: None, limits=limits)


def _run(
    job: dict[str, Any],
    feed: Feed,
    *,
    write: Callable[[int, bytes], None],
    progress: Callable[[float], None],
    limits: Limits,
) -> dict[str, Any]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = _start(theirs, limits)
        theirs.close()
        try:
            talk = _Run(feed, write, progress, limits, ours, time.monotonic() + (limits.step_seconds or limits.seconds))
            return _serve(talk, job)
        finally:
            process.kill()
            process.wait()


def _start(connection: socket.socket, limits: Limits) -> "subprocess.Popen[bytes]":
    fd = connection.fileno()
    return subprocess.Popen(
        [
            sys.executable,
            "-s",
            "-m",
            "scribe.recordings.sandbox.child",
            str(fd),
            str(limits.memory_bytes),
            str(int(limits.seconds) + 1),
        ],
        pass_fds=[fd],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        # None of our environment: it holds secrets.
        env={
            "PYTHONPATH": str(Path(scribe.__file__).parents[1]),
            "PATH": os.defpath,
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        },
        start_new_session=True,
    )


def _serve(talk: _Run, job: dict[str, Any]) -> dict[str, Any]:
    try:
        document = pack(job)
        talk.connection.sendall(LENGTH.pack(len(document)) + document)
        while True:
            kind, index, offset, length = HEADER.unpack(_receive(talk, HEADER.size))
            if kind == Kind.READ:
                _answer(talk, index, offset, length)
            elif kind == Kind.NEXT:
                _name_next(talk, index)
            elif kind == Kind.WRITE:
                _take(talk, offset, length)
            elif kind == Kind.PROGRESS:
                talk.progress(min(1.0, offset / 1_000_000))
            elif kind in {Kind.DONE, Kind.FAILED}:
                return _result(talk, kind, length)
            elif kind != Kind.READY:
                raise SandboxFailed(Failure.KILLED, talk.reading)
    except TimeoutError as error:
        raise SandboxFailed(Failure.TIMEOUT, talk.reading) from error
    except (ConnectionError, EOFError) as error:
        raise SandboxFailed(Failure.KILLED, talk.reading) from error


def _answer(talk: _Run, index: int, offset: int, length: int) -> None:
    if length > MAX_PAYLOAD:
        raise SandboxFailed(Failure.KILLED, talk.reading)
    talk.reading = index
    _say(talk, lambda: talk.feed.read(index, offset, length))


def _name_next(talk: _Run, index: int) -> None:
    _say(talk, lambda: pack(talk.feed.next_input(index)))


def _say(talk: _Run, find: Callable[[], bytes]) -> None:
    began = time.monotonic()
    payload = find()
    # The store's slowness is not the file's fault.
    step = talk.limits.step_seconds
    talk.deadline = time.monotonic() + step if step else talk.deadline + time.monotonic() - began
    _set_timeout(talk)
    talk.connection.sendall(LENGTH.pack(len(payload)) + payload)


def _take(talk: _Run, offset: int, length: int) -> None:
    talk.written += length
    if length > MAX_PAYLOAD or talk.written > talk.limits.output_bytes:
        raise SandboxFailed(Failure.KILLED, talk.reading)
    talk.write(offset, _receive(talk, length))


def _result(talk: _Run, kind: int, length: int) -> dict[str, Any]:
    if length > _MAX_RESULT:
        raise SandboxFailed(Failure.KILLED, talk.reading)
    try:
        document = json.loads(_receive(talk, length))
        if kind == Kind.FAILED:
            raise SandboxFailed(Failure(document["failure"]), talk.reading)
    except (ValueError, KeyError, TypeError) as error:
        raise SandboxFailed(Failure.KILLED, talk.reading) from error
    if not isinstance(document, dict):
        raise SandboxFailed(Failure.KILLED, talk.reading)
    return document


def _receive(talk: _Run, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        _set_timeout(talk)
        part = talk.connection.recv(min(length - len(parts), 256 * 1024))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _set_timeout(talk: _Run) -> None:
    left = talk.deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    talk.connection.settimeout(left)
