"""A running product, a real Chromium with a microphone fed from a WAV, and a signed-in doctor."""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.journey.product import Product, start_product

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
LEAD_SECONDS = 10
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


def _silence(seconds: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 48000 * seconds), np.int16), format="s16", layout="mono")
    frame.sample_rate = 48000
    return frame


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a 48 kHz mono WAV, as Chromium's fake microphone wants it."""
    path = tmp_path_factory.mktemp("microphone") / "consultation.wav"
    with av.open(str(SAMPLE / "consultation.ogg")) as source, av.open(str(path), "w", format="wav") as sink:
        stream = sink.add_stream("pcm_s16le", rate=48000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48000)
        frames = [out for frame in source.decode(audio=0) for out in resampler.resample(frame)]
        # Silence before, as the file plays from when the level meter opens the device; and after, as the fake
        # device holds its last sample otherwise.
        for frame in [_silence(LEAD_SECONDS), *frames, _silence(3)]:
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


@dataclass
class Room:
    """A browser with a microphone and a profile that outlives it."""

    profile: Path
    context: BrowserContext
    page: Page

    def kill(self) -> None:
        """kill -9 of the whole browser."""
        ours = [
            process
            for process in psutil.process_iter(["cmdline"])
            if any(str(self.profile) in word for word in process.info["cmdline"] or ())
        ]
        for process in ours:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(ours, timeout=10)


@pytest.fixture
def open_room(
    playwright: Playwright, product: Product, microphone: Path, tmp_path: Path
) -> Iterator[Callable[[], Room]]:
    """Opens the browser; opened again, it has the same profile."""
    opened: list[BrowserContext] = []

    def open_() -> Room:
        profile = tmp_path / "profile"
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            args=[*QUIET, *microphone_flags(microphone)],
            base_url=product.url,
            viewport={"width": 1280, "height": 900},
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        return Room(profile, context, context.pages[0])

    yield open_
    for context in opened:
        with contextlib.suppress(PlaywrightError):
            context.close()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """A fresh profile."""
    fresh = browser.new_context(base_url=product.url, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    fresh.set_default_timeout(20_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the fresh profile."""
    return context.new_page()
