"""`scribe eval notes` with a language model, against the emulator's model that quotes what was said.

The figures say what Scribe adds around a model, and that the command works; a real model's figures are its own.
SCRIBE_EVAL_DATA names a folder of consultations; else the sample is drafted.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.emulators.assemblyai.program import Emulator

_FEW = "3"


def run() -> None:
    """A few consultations of each corpus."""
    data = os.environ.get("SCRIBE_EVAL_DATA")
    with Emulator("--llm-bearer") as emulator:
        command = [
            *(sys.executable, "-m", "scribe.cli", "eval", "notes", "--drafter", "llm", "--limit", _FEW),
            *("--llm-base-url", f"{emulator.llm_url}/v1", "--llm-model", "claude-sonnet-5"),
            *(("--data", data) if data else ()),
        ]
        prices = {"LLM_PRICE_INPUT": "300", "LLM_PRICE_OUTPUT": "1500", "LLM_API_KEY": emulator.key}
        print("\ndrafting with a language model (emulated, quoting), prices of 300 and 1500 US cents a million tokens:")
        sys.stdout.flush()
        subprocess.run(command, cwd=Path(__file__).parents[1], env=os.environ | prices, check=True)
