"""Without a network for a while, then behind a locked screen: the recording goes on, and all of it arrives."""

import re

import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.sample import Client
from tests.journey import people, review, steps
from tests.journey.conftest import OpenPage
from tests.journey.product import Product
from tests.waiting import wait_until

# Slices of a second each: more than a chunk takes.
OFFLINE_SLICES, LOCKED_SECONDS = 8, 5


def chunks_held(client: Client, recording_id: str) -> int:
    """How many chunks the server has stored."""
    recording = client.call("GET", f"/api/recordings/{recording_id}")
    return sum(len(segment["chunks"]) for segment in recording["stored"])


def timer(page: Page) -> int:
    """The seconds that the recorder's bar shows."""
    shown = re.search(r"\d+(:\d\d)+", page.get_by_role("region", name="Recorder").inner_text())
    assert shown
    return steps.seconds(shown.group())


def lose_the_network_and_find_it_again(page: Page) -> None:
    page.context.set_offline(offline=True)
    expect(page.get_by_role("status").filter(has_text="No network.")).to_be_visible()
    lost_at = steps.recorded(page)
    steps.record_until(page, lost_at.on_device + OFFLINE_SLICES)
    unsent = steps.recorded(page)
    assert unsent.on_device - unsent.on_server >= OFFLINE_SLICES

    page.context.set_offline(offline=False)
    wait_until(lambda: steps.recorded(page).on_server >= unsent.on_device, "what was kept is sent")
    expect(page.get_by_text("No network.")).to_be_hidden()


def record_behind_the_lock(page: Page, client: Client, recording_id: str) -> None:
    """The clock and the server's store grow while the page itself may read nothing."""
    # The screen does not wait for the server to lock, too.
    wait_until(lambda: page.request.get("/api/consultations").status == 401, "the server is locked")
    assert page.request.get("/api/consultations").json()["code"] == "session_locked"
    began_s, began_chunks = timer(page), chunks_held(client, recording_id)

    wait_until(lambda: timer(page) >= began_s + LOCKED_SECONDS, "the timer goes on")
    wait_until(lambda: chunks_held(client, recording_id) >= began_chunks + 2, "the server goes on receiving")
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()


@pytest.mark.journey
def test_neither_a_lost_network_nor_a_locked_screen_stops_a_recording(scripted: Product, open_page: OpenPage) -> None:
    doctor = people.doctor(scripted, "Dr Lin Adeyemi")
    client, page = Client(scripted.url, doctor), open_page(scripted)
    steps.sign_in(page, doctor)
    recording_id = steps.start_recording(page)
    steps.record_until(page, 3)

    lose_the_network_and_find_it_again(page)
    steps.lock(page)
    record_behind_the_lock(page, client, recording_id)
    steps.unlock(page, doctor)
    expect(page.get_by_role("button", name="Pause recording")).to_be_visible()
    shown = steps.recorded(page)
    with page.expect_request("**/seal") as sealed:
        steps.finish_recording(page)
    review.wait_for_draft(page)

    recording, manifest = client.call("GET", f"/api/recordings/{recording_id}"), sealed.value.post_data_json
    assert (recording["sealed_by"], recording["warnings"], manifest["gaps"]) == ("client", [], [])
    assert [segment["segment"] for segment in manifest["segments"]] == [0]
    hashes = dict(enumerate(manifest["segments"][0]["chunks"]))
    assert recording["stored"] == [{"segment": 0, "chunks": {str(number): sha256 for number, sha256 in hashes.items()}}]
    assert recording["duration_ms"] >= 1000 * shown.timer
    assert abs(recording["duration_ms"] - manifest["wall_clock_ms"]) <= 1000
