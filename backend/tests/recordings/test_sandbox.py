"""Hostile audio, and a hostile decoder: limits hold, and nothing that is said is believed."""

import json
import random
import socket
import subprocess
import sys

import numpy as np
import pytest

from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import Limits, SandboxFailed
from scribe.recordings.sandbox.wire import HEADER, Failure, Kind
from tests.recordings.media import a_file, as_live, encoded, tone
from tests.recordings.sandboxing import LIMITS, assemble

DEMUXERS = {
    "webm": "matroska,webm",
    "ogg": "ogg",
    "mp3": "mp3",
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
}


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
