"""A recording that is given up: gone from its device only once its doctor means that, here and elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journey import steps
from tests.journey.conftest import Room
from tests.journey.product import Product

SOME_SECONDS = 5
COUNTS = """
async () => {
  const opened = await new Promise((resolve) => {
    const request = indexedDB.open('scribe-journal')
    request.onsuccess = () => resolve(request.result)
  })
  const count = (store) => new Promise((resolve) => {
    const request = opened.transaction(store).objectStore(store).count()
    request.onsuccess = () => resolve(request.result)
  })
  const counts = [await count('recordings'), await count('slices')]
  opened.close()
  return counts
}
"""


def kept_on_device(page: Page) -> list[int]:
    """How many recordings and slices the browser holds."""
    found: list[int] = page.evaluate(COUNTS)
    return found


@pytest.mark.journey
def test_a_discarded_recording_is_deleted_once_the_server_knows_and_not_before(
    product: Product, open_room: Callable[[], Room]
) -> None:
    room = open_room()
    page = room.page
    steps.sign_in(page, product.person("Novak"))
    recording_id = steps.start_recording(page)
    steps.record_until(page, on_device=SOME_SECONDS)
    room.context.set_offline(True)

    page.get_by_role("button", name="Discard recording").click()
    expect(page.get_by_role("button", name="Keep recording")).to_be_focused()
    expect(page.get_by_role("button", name="Pause recording")).to_be_visible()
    page.get_by_role("button", name="Discard for good").click()
    unsent = page.get_by_role("region", name="Unsent recordings")
    expect(unsent).to_contain_text("was discarded, but the server does not know it yet")
    recordings, slices = kept_on_device(page)

    room.context.set_offline(False)
    expect(unsent).to_be_hidden()

    assert recordings == 1
    assert slices >= SOME_SECONDS
    assert kept_on_device(page) == [0, 0]
    listed = steps.fetch(page, "/api/consultations")["items"]
    mine = next(each for each in listed if each["recording_id"] == recording_id)
    assert (mine["status"], mine["pipeline"]) == ("cancelled", None)


@pytest.mark.journey
def test_a_recording_that_another_device_cancels_raises_an_alarm_and_is_kept_until_it_is_brought_back(
    product: Product, open_room: Callable[[], Room]
) -> None:
    page = open_room().page
    steps.sign_in(page, product.person("Novak"))
    recording_id = steps.start_recording(page)
    steps.record_until(page, on_device=SOME_SECONDS)
    other = steps.client_of(product, "Novak")
    consultation_id = other.call("GET", f"/api/recordings/{recording_id}")["consultation_id"]

    other.call("POST", f"/api/consultations/{consultation_id}/cancel")
    expect(page.get_by_role("alert").filter(has_text="was cancelled in another tab")).to_be_visible()
    expect(page.get_by_role("button", name="Pause recording")).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Finish and send").click()
    expect(page.get_by_text("could not be sent")).to_be_visible()
    recordings, slices = kept_on_device(page)
    page.get_by_role("button", name="Bring it back").click()
    page.wait_for_url("**/consultations/*")

    assert recordings == 1
    assert slices >= SOME_SECONDS
    assert kept_on_device(page) == [0, 0]
    assert other.call("GET", f"/api/consultations/{consultation_id}")["status"] in {"processing", "ready"}
