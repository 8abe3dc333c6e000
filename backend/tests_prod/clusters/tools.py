"""The programs of requirements/prod.txt, which `make test-prod` puts on the PATH."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run(program: str, *words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """What it says and how it ends. A program that is not there is an error, never a pass."""
    found = shutil.which(program)
    assert found, f"{program} is not on the PATH: run this by `make test-prod`"
    return subprocess.run([found, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=600, check=False)


def passes(program: str, *words: str | Path, cwd: Path = ROOT) -> str:
    """What it says; it must end well."""
    done = run(program, *words, cwd=cwd)
    assert done.returncode == 0, f"{program} {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout
