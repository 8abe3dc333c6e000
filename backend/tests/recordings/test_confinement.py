"""What code in the sandbox cannot reach."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import Limits, SandboxFailed
from scribe.recordings.sandbox.wire import Failure
from tests.recordings.media import a_file
from tests.recordings.sandboxing import LIMITS, Bytes, assemble

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
