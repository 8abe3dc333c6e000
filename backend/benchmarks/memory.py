"""The most memory that each of a product's processes has had, its short-lived decoders included."""

import threading

import psutil

from benchmarks import figures
from tests.journey.product import Product

_LOOK_SECONDS = 0.02
_DECODER = "scribe.recordings.sandbox.child"


class Peaks:
    """Watches from its making to `report`."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._decoder_mb, self._decoders = 0.0, set[int]()
        self._enough = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def report(self) -> None:
        """Print, after all that could use memory."""
        self._enough.set()
        self._watching.join()
        for name in ("serve", "worker"):
            print(
                f"peak memory of {name}: {figures.peak_memory_mb(self._product.child('scribe.cli', name).pid):.0f} MB"
            )
        if self._decoders:
            seen = f"the largest of {len(self._decoders)}, looked at every {_LOOK_SECONDS * 1000:.0f} ms"
            print(f"peak memory of a decoder: {self._decoder_mb:.0f} MB ({seen})", flush=True)

    def _watch(self) -> None:
        # Children of the worker only: walking all processes each time would cost what is measured.
        worker = psutil.Process(self._product.child("scribe.cli", "worker").pid)
        known: dict[int, bool] = {}
        while not self._enough.wait(_LOOK_SECONDS):
            try:
                children = worker.children()
            except psutil.NoSuchProcess:
                return
            for child in children:
                if child.pid not in known:
                    known[child.pid] = _is_decoder(child)
                if known[child.pid]:
                    self._decoders.add(child.pid)
                    self._decoder_mb = max(self._decoder_mb, figures.peak_memory_mb(child.pid))


def _is_decoder(process: psutil.Process) -> bool:
    try:
        return _DECODER in process.cmdline()
    except psutil.Error:
        return False
