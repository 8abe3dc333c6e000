"""kill -9 of the browser while the button is red: what it had saved is found again, sent, and becomes a note."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journey import steps
from tests.journey.conftest import LEAD_SECONDS, Room
from tests.journey.product import Product

# The red button promises that at most two seconds are lost.
LOST_AT_MOST_S = 2.0
# EBML, OpusHead and the Matroska cluster: any of them in the profile would be audio on the disk in the clear.
AUDIO_MAGIC = (b"\x1a\x45\xdf\xa3", b"OpusHead", b"\x1f\x43\xb6\x75")


def files_with_audio(profile: Path) -> list[str]:
    """Files of the profile's storage in which something looks like audio."""
    storage = profile / "Default" / "IndexedDB"
    found = [path for path in storage.rglob("*") if path.is_file()]
    assert found, "nothing was saved at all"
    return [str(path) for path in found if any(magic in path.read_bytes() for magic in AUDIO_MAGIC)]


def assembled(page: Page, recording_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        recording: dict[str, Any] = steps.fetch(page, f"/api/recordings/{recording_id}")
        if recording["duration_ms"] is not None:
            return recording
        page.wait_for_timeout(500)
    raise AssertionError("the recording was not assembled")


def send_what_was_left(page: Page, product: Product) -> None:
    steps.sign_in(page, product.person("Novak"))
    unsent = page.get_by_role("region", name="Unsent recordings")
    expect(unsent).to_contain_text("Unsent recording from")
    unsent.get_by_role("button", name="Send").click()
    expect(unsent).to_be_hidden()


def test_what_a_killed_browser_had_recorded_becomes_a_signed_note(
    product: Product, open_room: Callable[[], Room]
) -> None:
    room = open_room()
    steps.sign_in(room.page, product.person("Novak"))
    recording_id = steps.start_recording(room.page)
    red_at = time.monotonic()
    room.page.wait_for_timeout((LEAD_SECONDS + 6) * 1000)
    # From here on nothing reaches the server: the rest is on the device alone.
    room.context.set_offline(True)
    room.page.wait_for_timeout(12_000)
    recorded_s = time.monotonic() - red_at
    room.kill()
    assert files_with_audio(room.profile) == []

    page = open_room().page
    send_what_was_left(page, product)
    recording = assembled(page, recording_id)
    kept_s = recording["duration_ms"] / 1000
    print(f"recorded {recorded_s:.1f} s, kept {kept_s:.1f} s")
    assert recording["sealed_by"] == "client"
    assert recorded_s - kept_s <= LOST_AT_MOST_S

    page.goto(f"/consultations/{recording['consultation_id']}")
    steps.wait_for_draft(page)
    steps.assign_sample_patient(page)
    steps.sign(page)
    page.goto("/record")
    expect(page.get_by_role("heading", name="Record")).to_be_visible()
    expect(page.get_by_role("region", name="Unsent recordings")).to_be_hidden()


def test_a_reload_in_the_middle_of_sending_goes_on_by_itself(product: Product, open_room: Callable[[], Room]) -> None:
    room = open_room()
    steps.sign_in(room.page, product.person("Novak"))
    recording_id = steps.start_recording(room.page)
    room.context.set_offline(True)
    room.page.wait_for_timeout(6_000)
    room.kill()

    room = open_room()
    # The server takes nothing yet: the page is closed before anything was sent.
    room.context.route(re.compile("/chunks/"), lambda route: route.abort())
    send_what_was_left(room.page, product)
    room.context.unroute_all()
    room.page.reload()

    assert assembled(room.page, recording_id)["sealed_by"] == "client"


@pytest.fixture(autouse=True)
def _sample_first(product: Product) -> None:
    """Not two transcriptions at once on two cores."""
    steps.wait_for_sample(steps.client_of(product, "Ellis"))
