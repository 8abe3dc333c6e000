"""kill -9 of the browser while the button is red: what it had saved is found again, sent, and becomes a note."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.people import Person
from tests.journey import review, steps
from tests.journey.conftest import Room
from tests.journey.product import Product
from tests.journey.sounds import LEAD_SECONDS
from tests.journey.words import Turns, kept_part
from tests.waiting import wait_until

# The red button promises that at most two seconds are lost.
LOST_AT_MOST_S = 2
# Enough for some turns of both speakers; without a network, all but the first of them are on the device alone.
SPEECH_SECONDS, OFFLINE_SECONDS = 24, 16
# EBML, OpusHead and the Matroska cluster: any of them in the profile would be audio on the disk in the clear.
AUDIO_MAGIC = (b"\x1a\x45\xdf\xa3", b"OpusHead", b"\x1f\x43\xb6\x75")


def files_with_audio(profile: Path) -> list[str]:
    """Files of the profile's storage in which something looks like audio."""
    storage = profile / "Default" / "IndexedDB"
    found = [path for path in storage.rglob("*") if path.is_file()]
    assert found, "nothing was saved at all"
    return [str(path) for path in found if any(magic in path.read_bytes() for magic in AUDIO_MAGIC)]


def assembled(page: Page, recording_id: str) -> dict[str, Any]:
    """The recording, once the server has put it together."""
    read: list[dict[str, Any]] = []

    def is_assembled() -> bool:
        read.append(steps.fetch(page, f"/api/recordings/{recording_id}"))
        return read[-1]["duration_ms"] is not None

    wait_until(is_assembled, "the recording is assembled", every=0.5)
    return read[-1]


def send_what_was_left(page: Page, doctor: Person) -> None:
    """Back after the crash: what was not sent is offered, and sent."""
    steps.come_back(page, doctor)
    unsent = page.get_by_role("region", name="Unsent recordings")
    expect(unsent).to_contain_text("Unsent recording from")
    unsent.get_by_role("button", name="Send").click()
    expect(unsent).to_be_hidden()


@pytest.mark.journey
@pytest.mark.timeout(900)
@pytest.mark.parametrize("network", ["online", "offline"])
def test_what_a_killed_browser_had_recorded_becomes_a_signed_note(
    product: Product, open_room: Callable[[], Room], reference: Turns, network: str
) -> None:
    room, doctor = open_room(), product.person("Novak")
    steps.sign_in(room.page, doctor)
    recording_id = steps.start_recording(room.page)
    if network == "offline":
        steps.record_until(room.page, LEAD_SECONDS + SPEECH_SECONDS - OFFLINE_SECONDS)
        room.context.set_offline(offline=True)
    steps.record_until(room.page, LEAD_SECONDS + SPEECH_SECONDS)
    shown = steps.recorded(room.page)
    room.kill()
    assert files_with_audio(room.profile) == []
    on_device_alone = shown.on_device - shown.on_server
    assert (on_device_alone >= OFFLINE_SECONDS) is (network == "offline")

    page = open_room().page
    send_what_was_left(page, doctor)
    recording = assembled(page, recording_id)
    print(f"{shown}, kept {recording['duration_ms']} ms")
    assert recording["sealed_by"] == "client"
    assert recording["duration_ms"] >= 1000 * (shown.timer - LOST_AT_MOST_S)

    page.goto(f"/consultations/{recording['consultation_id']}")
    review.wait_for_draft(page)
    heard = review.transcript(page)["utterances"]
    said = kept_part(reference, heard, recording["duration_ms"])
    assert len(said) >= 5
    review.expect_words(said, heard)
    review.from_draft_to_pdf(page)
    page.goto("/record")
    expect(page.get_by_role("button", name="Start recording")).to_be_visible()
    expect(page.get_by_role("region", name="Unsent recordings")).to_be_hidden()


@pytest.mark.journey
def test_a_reload_in_the_middle_of_sending_goes_on_by_itself(product: Product, open_room: Callable[[], Room]) -> None:
    room, doctor = open_room(), product.person("Novak")
    steps.sign_in(room.page, doctor)
    recording_id = steps.start_recording(room.page)
    room.context.set_offline(offline=True)
    steps.record_until(room.page, 5)
    room.kill()

    room = open_room()
    # The server takes nothing yet: the page is closed before anything was sent.
    room.context.route(re.compile("/chunks/"), lambda route: route.abort())
    send_what_was_left(room.page, doctor)
    room.context.unroute_all()
    room.page.reload()

    assert assembled(room.page, recording_id)["sealed_by"] == "client"


@pytest.fixture(autouse=True)
def _sample_first(product: Product) -> None:
    """Not two transcriptions at once on two cores."""
    steps.wait_for_sample(steps.client_of(product, "Ellis"))
