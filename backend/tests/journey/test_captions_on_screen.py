"""Captions in a real Chromium: words while they are said, and the transcript in their place afterwards."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journey import review, steps
from tests.journey.conftest import Room
from tests.journey.product import Product, running_product

# On a busy machine the first words may be captioned late; here they are not left out for it.
CAPTIONED = {"SCRIBE_DEMO_SAMPLE": "no", "LIVE_BACKLOG_SECONDS": "300"}


@pytest.fixture(params=["local", "assemblyai-emulator"], scope="module")
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    """The demo, whose engine captions too; and the same with the emulator in a vendor's place."""
    if request.param == "local":
        yield request.getfixturevalue("demo")
        return
    with running_product(engine=request.param, **CAPTIONED) as running:
        yield running


@pytest.fixture(scope="module")
def demo() -> Iterator[Product]:
    """Scribe as `make demo` starts it."""
    with running_product(**CAPTIONED) as running:
        yield running


@pytest.mark.journey
@pytest.mark.timeout(900)
def test_words_are_on_the_screen_while_they_are_said_and_the_transcript_replaces_them(
    product: Product, open_room: Callable[[], Room]
) -> None:
    page = open_room().page
    steps.sign_in(page, product.person("Novak"))
    steps.start_recording(page)

    captions = page.get_by_role("region", name="Captions")
    expect(captions.get_by_text("Captions are provisional; the transcript replaces them.")).to_be_visible()
    expect(captions.get_by_role("listitem").filter(has_text="morning").first).to_be_visible(timeout=180_000)
    steps.record_until(page, 40)
    _hide_and_show(page)
    steps.finish_recording(page)
    review.wait_for_draft(page)

    expect(page.get_by_role("region", name="Captions")).to_have_count(0)
    said = " ".join(turn["text"] for turn in review.transcript(page)["utterances"])
    assert "morning" in said


def _hide_and_show(page: Page) -> None:
    page.get_by_role("button", name="Hide captions").click()
    expect(page.get_by_role("region", name="Captions")).to_have_count(0)
    page.get_by_role("button", name="Show captions").click()
    # Whoever looks again sees the last lines.
    expect(page.get_by_role("region", name="Captions").get_by_role("listitem").first).to_be_visible(timeout=120_000)
