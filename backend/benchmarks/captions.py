"""From a chunk's acknowledgement to its caption in the browser, with an engine that takes no time of its own.

What is left is Scribe's: finding the chunk, opening and decoding it, sealing the caption, and the way to the screen.
"""

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from benchmarks import figures
from scribe.cli.embedded.people import Person
from scribe.core.ids import new_id
from tests.journey.product import running_product
from tests.recordings import media

_SECONDS = 45
# Recordings at once.
_LOADS = (1, 8)
# The first chunks begin everything; what a caption takes afterwards is the figure.
_WARM_UP = 5
_TIMEOUT = 30.0


def run() -> None:
    """Each recording sends a second of sound a second; the fake engine says a word for every half of one."""
    sound = media.slices(media.as_live(media.tone(_SECONDS)), _SECONDS)
    quiet = {"SCRIBE_DEMO_SAMPLE": "no", "RATE_LIMITS_ENABLED": "false", "TRANSCRIPTION_ENGINE": "fake"}
    with running_product(**quiet) as product:
        browsers = [_signed_in(product.url, product.person("Ellis")) for _ in range(max(_LOADS))]
        for count in _LOADS:
            with ThreadPoolExecutor(count) as pool:
                found = pool.map(lambda browser: _delays(browser, sound), browsers[:count])
                delays = [delay for each in found for delay in each]
            print(f"chunk ack to caption, {count} recordings at once: {figures.summary(delays)}", flush=True)


@dataclass
class _Screen:
    """When captions came."""

    came_at: list[float] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def read(self, lines: Iterator[str]) -> None:
        # The page is left when all is measured.
        with contextlib.suppress(httpx.HTTPError):
            for line in lines:
                if line == "event: turn":
                    with self._news:
                        self.came_at.append(time.perf_counter())
                        self._news.notify_all()

    def next_after(self, seen: int) -> float | None:
        """When the one after those came; None where none comes."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.came_at) > seen, _TIMEOUT)
            return self.came_at[seen] if came else None


def _signed_in(url: str, person: Person) -> httpx.Client:
    browser = httpx.Client(base_url=url, headers={"Origin": url}, timeout=_TIMEOUT)
    answer = browser.post("/api/session", json={"email": person.email, "password": person.password})
    browser.headers["Cookie"] = answer.raise_for_status().headers["set-cookie"].split(";", 1)[0]
    return browser


def _delays(browser: httpx.Client, sound: list[bytes]) -> list[float]:
    wording = browser.get("/api/consent-wording").json()["version"]
    consent = {"method": "verbal", "wording_version": wording}
    body = {"idempotency_key": str(new_id()), "template_key": "soap", "consent": consent}
    started = browser.post("/api/consultations/start", json=body).raise_for_status().json()
    path = f"/api/recordings/{started['recording']['recording_id']}/segments/0/chunks"
    screen = _Screen()
    with browser.stream("GET", f"/api/consultations/{started['consultation']['id']}/captions") as answer:
        threading.Thread(target=screen.read, args=(answer.iter_lines(),), daemon=True).start()
        return [delay for delay in _sent(browser, path, sound, screen) if delay is not None][_WARM_UP:]


def _sent(browser: httpx.Client, path: str, sound: list[bytes], screen: _Screen) -> Iterator[float | None]:
    """Milliseconds from each acknowledgement to the first caption after it."""
    began = time.perf_counter()
    for number, part in enumerate(sound):
        seen = len(screen.came_at)
        headers = {"X-Chunk-Sha256": hashlib.sha256(part).hexdigest()}
        browser.put(f"{path}/{number}", content=part, headers=headers).raise_for_status()
        acknowledged = time.perf_counter()
        came = screen.next_after(seen)
        yield None if came is None else max(0.0, came - acknowledged) * 1000
        time.sleep(max(0.0, began + number + 1 - time.perf_counter()))
