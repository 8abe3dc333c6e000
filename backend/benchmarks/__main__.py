"""`make bench`: all figures, or those named: python -m benchmarks chunks worklist."""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks import (
    backups,
    captions,
    chunks,
    drafting,
    engine,
    figures,
    first_load,
    memory,
    stop_to_draft,
    vendor,
    worklist,
)
from tests.journey.product import Product, start_product

_ALONE = {
    "first_load": first_load.run,
    "engine": engine.run,
    "drafting": drafting.run,
    "vendor": vendor.run,
    "captions": captions.run,
    "backups": backups.run,
}
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
        home = Path(directory) / "home"
        _start(home, "first").stop()
        product = _start(home, "second")
        try:
            peaks = memory.Peaks(product)
            for name in wanted:
                if name in _WITH_PRODUCT:
                    _WITH_PRODUCT[name](product)
            peaks.report()
        finally:
            product.stop()


def _start(home: Path, which: str) -> Product:
    """The first start on a home makes its database, keys and people; the second finds them."""
    began = time.perf_counter()
    product = start_product(home, RATE_LIMITS_ENABLED="false", SCRIBE_DEMO_SAMPLE="no")
    print(f"{which} start of the demo, from command to ready: {time.perf_counter() - began:.1f} s", flush=True)
    return product


if __name__ == "__main__":
    main(sys.argv[1:])
