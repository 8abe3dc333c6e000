"""How figures are printed: the machine first, then medians and percentiles, never averages alone."""

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path


def machine() -> str:
    """One line about where these figures were taken."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    ).stdout.strip()
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {gib:.0f} GiB, {platform.system()}, Python {python}, commit {commit}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(milliseconds: Sequence[float]) -> str:
    """p50, p99 and the count of a list of milliseconds."""
    p50, p99 = statistics.median(milliseconds), percentile(milliseconds, 0.99)
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms (n={len(milliseconds)})"


def peak_memory_mb(pid: int) -> float:
    """The most resident memory that a process has had (VmHWM); 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
