"""How much processor each program had, over a stretch of time."""

import contextlib
import os
import time
from collections.abc import Iterator

import psutil

from benchmarks.production.site import Site

Seconds = dict[str, float]


@contextlib.contextmanager
def told(site: Site) -> Iterator[None]:
    """Print the cores that each used in the block, the load generator's own too."""
    programs = {
        "nginx": psutil.Process(site.proxy.pid),
        "service": site.product.child("scribe.cli", "serve"),
        "worker": site.product.child("scribe.cli", "worker"),
        "postgres": site.product.child("postgres", "-D"),
        "redis": site.product.child("redis-server"),
    }
    before, busy, began = {name: _seconds(each) for name, each in programs.items()}, _busy(), time.perf_counter()
    own = _own()
    yield
    took = time.perf_counter() - began
    cores = {name: (_seconds(each) - before[name]) / took for name, each in programs.items()}
    cores["load generator"] = (_own() - own) / took
    all_busy = (_busy() - busy) / took
    shares = ", ".join(f"{name} {share:.2f}" for name, share in cores.items())
    other = max(0.0, all_busy - sum(cores.values()))
    print(
        f"  cores used: {shares}, others on this machine {other:.2f}; busy {all_busy:.2f} of {os.cpu_count()}",
        flush=True,
    )


def _seconds(process: psutil.Process) -> float:
    """User and system time of it and all below it; of those that have ended, what their parents were told."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _own() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)
