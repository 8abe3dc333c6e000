"""The sandbox: what hostile audio, and a hostile decoder, cannot do."""

import json
import os
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import Limits, SandboxFailed
from scribe.recordings.sandbox.wire import HEADER, Failure, Kind
from tests.recordings.media import a_file, as_live, encoded, tone

LIMITS = Limits(memory_bytes=1536 * 1024**2, seconds=60, output_bytes=50 * 1024**2)
DEMUXERS = {
    "webm": "matroska,webm",
    "ogg": "ogg",
    "mp3": "mp3",
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
}


@dataclass
class Bytes:
    """A source in memory."""

    body: bytes

    @property
    def size(self) -> int:
        return len(self.body)

    def read(self, offset: int, length: int) -> bytes:
        return self.body[offset : offset + length]


def assemble(
    bodies: list[bytes], demuxers: list[str], limits: Limits = LIMITS, **job: Any
) -> tuple[dict[str, Any], bytes]:
    output = bytearray()

    def write(offset: int, part: bytes) -> None:
        output.extend(bytes(max(0, offset + len(part) - len(output))))
        output[offset : offset + len(part)] = part

    result = parent.run(
        {"job": "assemble", "demuxers": demuxers, "offsets_ms": [0] * len(bodies), "max_seconds": 600} | job,
        [Bytes(body) for body in bodies],
        write=write,
        progress=lambda _: None,
        limits=limits,
    )
    return result, bytes(output)


ATTEMPTS = """
import os, socket, sys, threading
from scribe.recordings.sandbox import confinement
confinement.die_with_parent()
confinement.leave_the_network()
confinement.give_up_rights(memory_bytes=2**30, cpu_seconds=20)
attempts = {
    "read a file": lambda: open("/etc/hostname"),
    "write a file": lambda: open("/tmp/scribe-escape", "w"),
    "list a directory": lambda: os.listdir("/"),
    "make a socket": lambda: socket.socket(socket.AF_INET),
    "make a unix socket": lambda: socket.socket(socket.AF_UNIX),
    "make a pair": socket.socketpair,
    "fork": os.fork,
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "kill its parent": lambda: os.kill(os.getppid(), 0),
    "become root": lambda: os.setuid(0),
    "look into its parent": lambda: os.pread(os.pidfd_open(os.getppid()), 1, 0),
    "start a thread": lambda: threading.Thread(target=print).start(),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except (OSError, RuntimeError):
        continue
    print("possible:", name)
try:
    bytearray(2**30)
    print("possible: too much memory")
except MemoryError:
    pass
print("all tried")
sys.stdout.flush()
"""


def test_confined_code_reaches_nothing() -> None:
    env = {"PYTHONPATH": str(Path(parent.__file__).parents[3]), "OPENBLAS_NUM_THREADS": "1"}

    done = subprocess.run([sys.executable, "-c", ATTEMPTS], check=True, capture_output=True, text=True, env=env)

    assert "possible" not in done.stdout
    assert "all tried" in done.stdout, done.stderr


def test_it_runs_as_nobody_without_new_privileges_and_without_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOT_KEY", "a secret of the service")
    seen: dict[str, str] = {}
    start = parent._start

    def noted(connection: socket.socket, limits: Limits) -> "subprocess.Popen[bytes]":
        seen["pid"] = str((process := start(connection, limits)).pid)
        return process

    class Watching(Bytes):
        def read(self, offset: int, length: int) -> bytes:
            root = Path("/proc") / seen["pid"]
            seen.update(status=(root / "status").read_text(), environ=(root / "environ").read_text())
            return super().read(offset, length)

    monkeypatch.setattr(parent, "_start", noted)
    parent.run(
        {"job": "samples", "demuxers": ["matroska,webm"], "max_seconds": 10},
        [Watching(a_file("webm", 1))],
        write=lambda *_: None,
        progress=lambda _: None,
        limits=LIMITS,
    )

    status = dict(line.split(":\t", 1) for line in seen["status"].splitlines() if ":\t" in line)
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    if os.geteuid() == 0:
        assert status["Uid"].split() == ["65534"] * 4
        assert int(status["CapEff"], 16) == 0
    assert "secret" not in seen["environ"]
    assert not (Path("/proc") / seen["pid"]).exists()


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server that must never hear from the sandbox."""
    heard: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stopping = threading.Event()

        def listen() -> None:
            while not stopping.is_set():
                try:
                    heard.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], heard
        stopping.set()
        thread.join()


@pytest.mark.parametrize("demuxer", ["hls", "concat", "dash", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"])
def test_a_playlist_reads_no_other_file_and_calls_nobody(
    tmp_path: Path, listener: tuple[int, list[object]], demuxer: str
) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(a_file("wav", 2))
    tmp_path.chmod(0o755)
    port, heard = listener
    url = f"http://127.0.0.1:{port}/x.wav"
    playlists = [
        f"#EXTM3U\n#EXTINF:2,\nfile://{secret}\n#EXTINF:2,\n{url}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {secret}\nfile {url}\n",
        f"<MPD><Period><AdaptationSet><Representation><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    ]

    for playlist in playlists:
        with pytest.raises(SandboxFailed):
            assemble([playlist.encode()], [demuxer])

    assert heard == []


def test_a_job_that_takes_too_long_is_killed() -> None:
    with pytest.raises(SandboxFailed) as failed:
        assemble([a_file("mp3", 300)], ["mp3"], Limits(LIMITS.memory_bytes, 0.7, LIMITS.output_bytes))

    assert failed.value.failure == Failure.TIMEOUT


def test_a_small_file_of_endless_sound_is_given_up() -> None:
    bomb = encoded(np.zeros(1_200 * 48_000, np.float32), "flac")
    assert len(bomb) < 600_000

    with pytest.raises(SandboxFailed) as failed:
        assemble([bomb], ["flac"], max_seconds=60)

    assert failed.value.failure == Failure.TOO_LONG


def test_memory_is_capped() -> None:
    with pytest.raises(SandboxFailed) as failed:
        assemble([a_file("webm")], ["matroska,webm"], Limits(64 * 1024**2, 20, LIMITS.output_bytes))

    assert failed.value.failure in {Failure.MEMORY, Failure.KILLED, Failure.CONFINEMENT, Failure.CORRUPT}


def test_output_is_capped() -> None:
    with pytest.raises(SandboxFailed) as failed:
        assemble([a_file("wav", 60)], ["wav"], Limits(LIMITS.memory_bytes, 60, 10_000))

    assert failed.value.failure == Failure.KILLED


@pytest.mark.parametrize("kind", sorted(DEMUXERS))
def test_mutated_files_never_harm_the_parent(kind: str) -> None:
    """Sixty mutations of each kind, twenty to a process; what still opens is decoded, the rest is named."""
    chance = random.Random(kind)
    whole = a_file(kind, 1) if kind != "webm" else as_live(tone(1))

    for _ in range(3):
        mutated = [_mutated(whole, chance) for _ in range(20)]
        try:
            result, _ = assemble(mutated, [DEMUXERS[kind]] * 20)
            outcome = len(result["segments"])
        except SandboxFailed as failed:
            outcome = failed.failure

        assert outcome in {20, Failure.CORRUPT, Failure.EMPTY, Failure.TOO_LONG, Failure.KILLED, Failure.MEMORY}


def _mutated(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 3, 30))):
        at = chance.randrange(len(changed))
        how = chance.randrange(4)
        if how == 0:
            changed[at] = chance.randrange(256)
        elif how == 1:
            changed[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"))
        elif how == 2:
            del changed[at : at + chance.randrange(1, 200)]
            changed = changed or bytearray(b"\0")
        else:
            changed[at:at] = changed[: chance.randrange(1, 200)]
    return bytes(changed)


HOSTILE: dict[str, bytes] = {
    "reads an input that is none": HEADER.pack(Kind.READ, 9, 0, 10),
    "reads too much at once": HEADER.pack(Kind.READ, 0, 0, 2**31),
    "writes too much at once": HEADER.pack(Kind.WRITE, 0, 0, 2**31),
    "says what is no message": HEADER.pack(99, 0, 0, 0),
    "gives a result that is no document": HEADER.pack(Kind.DONE, 0, 0, 3) + b"[1]",
    "gives a result that is none": HEADER.pack(Kind.DONE, 0, 0, 3) + b"{{{",
    "gives a huge result": HEADER.pack(Kind.DONE, 0, 0, 2**31),
    "fails in an unknown way": HEADER.pack(Kind.FAILED, 0, 0, 15) + json.dumps({"failure": "?"}).encode(),
    "hangs up in a message": HEADER.pack(Kind.WRITE, 0, 0, 100) + b"only this",
    "says nothing": b"",
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_taken_over_child_is_not_believed(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_over(connection: socket.socket, _: Limits) -> "subprocess.Popen[bytes]":
        fd = connection.fileno()
        code = f"import os; os.write({fd}, bytes.fromhex('{HOSTILE[what].hex()}'))"
        return subprocess.Popen([sys.executable, "-c", code], pass_fds=[fd])

    monkeypatch.setattr(parent, "_start", taken_over)
    with pytest.raises(SandboxFailed) as failed:
        assemble([b"x"], ["wav"])

    assert failed.value.failure == Failure.KILLED


def test_a_child_that_cannot_be_confined_decodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(make: Callable[..., Any]) -> Callable[..., Any]:
        def start(connection: socket.socket, limits: Limits) -> "subprocess.Popen[bytes]":
            fd = connection.fileno()
            code = (
                "import platform; platform.machine = lambda: 'vax'; from scribe.recordings.sandbox import child;"
                f"child.main({fd}, {limits.memory_bytes}, 10)"
            )
            env = {"PYTHONPATH": str(Path(parent.__file__).parents[3])}
            return subprocess.Popen([sys.executable, "-c", code], pass_fds=[fd], env=env)

        return start

    monkeypatch.setattr(parent, "_start", started(parent._start))
    with pytest.raises(SandboxFailed) as failed:
        assemble([a_file("wav", 1)], ["wav"])

    assert failed.value.failure == Failure.CONFINEMENT
