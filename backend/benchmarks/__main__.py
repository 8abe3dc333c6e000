"""`make bench`: all figures, or those named: python -m benchmarks chunks worklist."""

import sys
import tempfile
from pathlib import Path

from benchmarks import chunks, drafting, engine, figures, first_load, stop_to_draft, worklist
from tests.journey.product import start_product

_ALONE = {"first_load": first_load.run, "engine": engine.run, "drafting": drafting.run}
_WITH_PRODUCT = {"stop_to_draft": stop_to_draft.run, "chunks": chunks.run, "worklist": worklist.run}


def main(names: list[str]) -> None:
    """Run the benchmarks, each on a fresh line."""
    wanted = names or [*_ALONE, *_WITH_PRODUCT]
    print(figures.machine(), flush=True)
    for name in wanted:
        if name in _ALONE:
            _ALONE[name]()
    if not any(name in _WITH_PRODUCT for name in wanted):
        return
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as directory:
        Path(directory).chmod(0o755)
        product = start_product(Path(directory) / "home", RATE_LIMITS_ENABLED="false", SCRIBE_DEMO_SAMPLE="no")
        try:
            for name in wanted:
                if name in _WITH_PRODUCT:
                    _WITH_PRODUCT[name](product)
        finally:
            product.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
