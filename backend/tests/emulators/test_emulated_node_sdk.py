"""The vendor's Node SDK, unmodified, against the emulator."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import TEXT, VISIT
from tests.emulators.streaming_client import pcm

NODE = Path(__file__).parent / "assemblyai" / "node"


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the SDK that the lock file names; its absence is a failure, not a reason to skip."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        pytest.fail("this test needs node and npm on PATH (Node 20): the frontend needs them, too")
    lock, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=NODE, check=True, timeout=240)
        installed.touch()
    return found


@pytest.fixture
def seen(node: str, emulator: Emulator, visit: bytes, tmp_path: Path) -> dict[str, Any]:
    """What the chain saw."""
    emulator.set(stream_ahead_s=None)
    audio, bare = tmp_path / "visit.webm", tmp_path / "visit.pcm"
    audio.write_bytes(visit)
    bare.write_bytes(pcm(VISIT))
    given = {
        "url": emulator.url,
        "wss_url": f"wss://{emulator.tls_host}",
        "key": emulator.key,
        "audio": str(audio),
        "pcm": str(bare),
    }
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": emulator.certificate}

    ended = subprocess.run(
        [node, "chain.mjs", json.dumps(given)],
        cwd=NODE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_the_node_sdk_uploads_transcribes_streams_and_deletes(seen: dict[str, Any], emulator: Emulator) -> None:
    prerecorded = seen["prerecorded"]
    assert (prerecorded["status"], prerecorded["text"]) == ("completed", TEXT)
    assert prerecorded["speakers"] == ["doctor", "patient", "doctor"]
    assert prerecorded["srt"].startswith("1\n00:00:00,300 --> ")
    assert (prerecorded["found"], prerecorded["deleted"]) == (1, "Deleted by user.")
    assert prerecorded["listed"] == ["http://deleted_by_user"]
    assert emulator.uploads()[0]["content_type"] == "application/octet-stream"
    spoken = [[voice, text] for voice, text in VISIT]
    assert seen["byKey"] == seen["byToken"] == {"begun": "Begin", "turns": spoken}
    sessions = emulator.settled_sessions()
    assert [session["is_terminated"] for session in sessions] == [True, True, False]
    assert sessions[0]["params"]["format_turns"] == "true"
    assert seen["refused"] == {
        "rest": "Authentication error, API token missing/invalid",
        "unknown": "Transcript lookup error, transcript id not found",
        "stream": "Unauthorized Connection: Invalid API key",
    }
