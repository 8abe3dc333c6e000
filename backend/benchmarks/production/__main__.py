"""`make bench-prod RECORDINGS=300 MINUTES=10`: all parts, or those named: python -m benchmarks.production overload."""

import signal
import sys
from typing import Annotated

import typer

from benchmarks import figures
from benchmarks.production import growth, overload, recordings, recovery, site

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help="cold_start recordings overload backlog recovery growth")
    ] = None,
    count: Annotated[int, typer.Option("--recordings", help="How many at once.")] = 300,
    minutes: Annotated[float, typer.Option(help="For how long.")] = 10,
) -> None:
    """Put load on a Scribe of its own, on the loopback, and print how it bore it."""
    ways = {
        "cold_start": site.cold_start,
        "recordings": lambda: recordings.at_once(count, minutes),
        "overload": lambda: overload.run(count, min(60.0, minutes * 60)),
        "backlog": lambda: recordings.backlog(count),
        "recovery": recovery.run,
        "growth": growth.run,
    }
    if unknown := set(parts or ()) - set(ways):
        raise typer.BadParameter(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(ways)}.")
    # Whoever stops this stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(figures.machine(), flush=True)
    for name in parts or ways:
        ways[name]()


if __name__ == "__main__":
    app()
