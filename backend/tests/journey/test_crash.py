"""The browser is killed while the button is red: nothing that was on the device is lost."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journey import steps
from tests.journey.conftest import Room
from tests.journey.product import Product

RECORDED_MS = 25_000
# What starts a WebM file, an Opus stream, and the name of its codec: none may lie readable on the device.
AUDIO_MARKS = (bytes.fromhex("1a45dfa3"), b"OpusHead", b"A_OPUS")


@pytest.mark.journey
def test_a_killed_browser_loses_at_most_two_seconds(product: Product, open_room: Callable[[], Room]) -> None:
    room = open_room()
    steps.sign_in(room.page, product.person("Novak"))
    steps.start_recording(room.page)
    began = time.monotonic()
    room.page.wait_for_timeout(RECORDED_MS // 2)
    # From here on nothing reaches the server: the rest is on the device alone.
    room.context.set_offline(True)
    room.page.wait_for_timeout(RECORDED_MS // 2)
    recorded_ms = (time.monotonic() - began) * 1000
    room.kill()

    assert _readable_audio(room.profile) == []
    page = open_room().page
    steps.sign_in(page, product.person("Novak"))
    panel = page.get_by_role("region", name="Unsent recordings")
    panel.get_by_role("button", name="Send").click()
    expect(panel).to_have_count(0, timeout=60_000)

    newest = steps.fetch(page, "/api/consultations?limit=1")["items"][0]
    page.goto(f"/consultations/{newest['id']}")
    steps.wait_for_draft(page)
    kept_ms = steps.fetch(page, f"/api/consultations/{newest['id']}")["duration_ms"]
    print(f"recorded {recorded_ms:.0f} ms, kept {kept_ms} ms")
    assert kept_ms >= recorded_ms - 2_000


def _readable_audio(profile: Path) -> list[str]:
    stored = [path for path in profile.rglob("*IndexedDB*/**/*") if path.is_file()]
    assert stored, "the journal is where we look for it"
    return [str(path) for path in stored if any(mark in path.read_bytes() for mark in AUDIO_MARKS)]
