"""From red button to signed note, in a real Chromium whose microphone hears the sample."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journey import review, steps
from tests.journey.conftest import Room
from tests.journey.product import Product
from tests.journey.sounds import LEAD_SECONDS
from tests.journey.words import Turns


@pytest.mark.journey
@pytest.mark.timeout(900)
def test_a_recorded_consultation_becomes_a_signed_note(
    product: Product, open_room: Callable[[], Room], reference: Turns
) -> None:
    steps.wait_for_sample(steps.client_of(product, "Ellis"))
    page = open_room().page
    steps.sign_in(page, product.person("Novak"))
    steps.start_recording(page)

    # The recorder goes along wherever the doctor looks meanwhile.
    page.get_by_role("link", name="Consultations").first.click()
    expect(page.get_by_role("region", name="Recorder")).to_be_visible()
    page.get_by_role("link", name="Record").first.click()
    steps.record_until(page, LEAD_SECONDS + reference[-1]["end_ms"] // 1000 + 1)
    steps.finish_recording(page)
    review.wait_for_draft(page)

    review.expect_words(reference, review.transcript(page)["utterances"])
    review.from_draft_to_pdf(page)
