"""Running products, and real Chromiums whose microphones hear the sample."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scribe.cli.embedded.sample import AUDIO
from tests.journey import sounds
from tests.journey.product import Product, running_product
from tests.journey.words import Turns

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

OpenPage = Callable[..., Page]

# Panels that slide in are clicked where they were a moment ago, on a machine that draws few frames.
VIEW: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}

# A machine that does much else is slow, not wrong.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Scribe as `make demo` starts it."""
    with running_product() as running:
        yield running


@pytest.fixture(scope="session")
def scripted() -> Iterator[Product]:
    """Scribe for journeys in which it does not matter what was said: its engine hears the same words at once."""
    with running_product(SCRIBE_DEMO_SAMPLE="no", TRANSCRIPTION_ENGINE="fake") as running:
        yield running


@pytest.fixture(scope="session")
def reference() -> Turns:
    """What is said in the sample: turns of `role`, `text`, `start_ms` and `end_ms`."""
    turns: list[dict[str, Any]] = json.loads(AUDIO.with_suffix(".json").read_text())["turns"]
    return turns


def microphone_flags(hears: str) -> list[str]:
    """Chromium's fake microphone hears a WAV, over and over; with `%noloop` once, from when the page opens it."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={hears}",
    ]


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a file for the fake microphone."""
    path = tmp_path_factory.mktemp("microphone") / "consultation.wav"
    path.write_bytes(sounds.for_the_microphone())
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium in which somebody always speaks."""
    speech = tmp_path_factory.mktemp("microphone") / "speech.wav"
    speech.write_bytes(sounds.beginning("wav", 20))
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *microphone_flags(str(speech))])
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page of a product, in a profile of its own: `open_page(product, viewport=...)`."""
    opened: list[BrowserContext] = []

    def open_(product: Product, **options: Any) -> Page:
        context = browser.new_context(base_url=product.url, **VIEW | options)
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        return context.new_page()

    yield open_
    for context in opened:
        context.close()


@dataclass
class Room:
    """A browser whose microphone hears the sample once, and a profile that outlives it."""

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
        psutil.wait_procs(ours, timeout=60)


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
            args=[*QUIET, *microphone_flags(f"{microphone}%noloop")],
            base_url=product.url,
            **VIEW,
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        return Room(profile, context, context.pages[0])

    yield open_
    for context in opened:
        with contextlib.suppress(PlaywrightError):
            context.close()
