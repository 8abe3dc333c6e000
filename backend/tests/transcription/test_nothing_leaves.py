"""The local engine's libraries tell nobody anything."""

import os
import subprocess
import sys
from pathlib import Path

LOAD = (
    "import scribe.transcription.engines.speech as speech, numpy as np;"
    "speech.probabilities(np.zeros(16_000, np.float32))"
)


def test_no_engine_library_keeps_a_device_id_or_a_queue_of_events(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "HF_", "XDG_"))}

    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=env | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
