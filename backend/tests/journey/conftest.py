"""A running product, a real Chromium with a microphone fed from a WAV, and a signed-in doctor."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.journey.product import Product, start_product

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Scribe as `make demo` starts it, on data of its own."""
    with tempfile.TemporaryDirectory(prefix="scribe-journey-") as directory:
        home = Path(directory) / "home"
        Path(directory).chmod(0o755)
        running = start_product(home)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """What is said in the sample: {"turns": [{"role", "text", "start_ms", "end_ms"}]}."""
    return json.loads((SAMPLE / "consultation.json").read_text())


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a 48 kHz mono WAV, as Chromium's fake microphone wants it."""
    path = tmp_path_factory.mktemp("microphone") / "consultation.wav"
    with av.open(str(SAMPLE / "consultation.ogg")) as source, av.open(str(path), "w", format="wav") as sink:
        stream = sink.add_stream("pcm_s16le", rate=48000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48000)
        frames = [out for frame in source.decode(audio=0) for out in resampler.resample(frame)]
        # A second of silence: the fake device holds its last sample otherwise.
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 48000 * 2), np.int16), format="s16", layout="mono")
        silence.sample_rate = 48000
        for frame in [*frames, silence]:
            frame.pts = None
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


def microphone_flags(wav: Path) -> list[str]:
    """Chromium hears the file once from when the page opens the microphone."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={wav}%noloop",
    ]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium without a microphone, for all that only looks."""
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """A fresh profile; every script error of a page fails the test."""
    fresh = browser.new_context(base_url=product.url, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    fresh.set_default_timeout(20_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the fresh profile."""
    return context.new_page()
