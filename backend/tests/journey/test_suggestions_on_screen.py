"""Draft a section again and instruct it, in a real Chromium, on a product that drafts with a language model."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.emulators.assemblyai.program import Emulator
from tests.journey import steps
from tests.journey.axe import Look
from tests.journey.conftest import OpenPage
from tests.journey.product import Product, running_product
from tests.journey.screens import DESKTOP, PHONE

ADDED = "Rang the ward."


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """A language model that quotes what was said."""
    with Emulator("--llm-bearer") as running:
        yield running


@pytest.fixture(scope="module")
def drafting(emulator: Emulator) -> Iterator[Product]:
    """Scribe on a server whose drafter is a language model."""
    with running_product(
        DRAFTER="llm",
        LLM_BASE_URL=f"{emulator.llm_url}/v1",
        LLM_MODEL="claude-sonnet-5",
        LLM_API_KEY=emulator.key,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def sample_id(drafting: Product) -> str:
    return steps.wait_for_sample(steps.client_of(drafting, "Ellis"))


@pytest.fixture
def review(open_page: OpenPage, drafting: Product, sample_id: str) -> Page:
    """The review screen of the sample."""
    page = open_page(drafting)
    steps.sign_in(page, drafting.person("Ellis"))
    page.goto(f"/consultations/{sample_id}")
    expect(page.get_by_role("button", name="More for Plan")).to_be_visible()
    return page


def _choose(page: Page, item: str) -> None:
    page.get_by_role("button", name="More for Plan").click()
    page.get_by_role("menuitem", name=item).click()


def _instruct(page: Page, wish: str) -> None:
    _choose(page, "Instruct...")
    page.get_by_role("textbox", name="How should Plan be written?").fill(wish)
    page.keyboard.press("Enter")


@pytest.mark.journey
def test_a_section_is_drafted_again_while_the_doctor_works_on_and_their_words_stay(
    review: Page, sample_id: str
) -> None:
    note = f"/api/consultations/{sample_id}/note"
    assert steps.fetch(review, note)["drafter"].startswith("llm:")
    review.get_by_role("button", name="Edit Plan").click()
    review.keyboard.press("Control+End")
    review.keyboard.type(f"\n{ADDED}")
    review.keyboard.press("Escape")
    expect(review.get_by_text(re.compile("^Saved"))).to_be_visible()

    _instruct(review, "Shorter")

    panel = review.get_by_role("region", name="Suggestion for Plan")
    expect(panel.get_by_text("A suggestion for Plan, “Shorter”.")).to_be_visible(timeout=60_000)
    own = panel.get_by_role("checkbox", name=f"Remove: {ADDED}")
    expect(own).not_to_be_checked()
    panel.get_by_role("button", name=re.compile("^Dismiss")).click()
    expect(panel).to_have_count(0)
    expect(review.get_by_role("listitem").filter(has_text=ADDED)).to_have_count(1)


@pytest.mark.journey
def test_what_is_ticked_becomes_the_notes_next_version(review: Page, sample_id: str) -> None:
    note = f"/api/consultations/{sample_id}/note"
    before = steps.fetch(review, note)
    _choose(review, "Regenerate")
    panel = review.get_by_role("region", name="Suggestion for Plan")
    expect(panel.get_by_text(re.compile("suggestion for Plan"))).to_be_visible(timeout=60_000)
    gone = panel.get_by_role("checkbox", name=re.compile("^Remove: ")).first
    words = (gone.get_attribute("aria-label") or "").removeprefix("Remove: ")
    gone.check()

    panel.get_by_role("button", name=re.compile("^Accept")).click()

    expect(panel).to_have_count(0)
    expect(review.get_by_role("region", name="Note").get_by_text(words, exact=True)).to_have_count(0)
    after = steps.fetch(review, note)
    assert (after["version"], after["source"]) == (before["version"] + 1, "ai_edit")
    assert words not in {s["text"] for section in after["sections"] for s in section["sentences"]}


@pytest.mark.journey
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: OpenPage, drafting: Product, sample_id: str, scheme: Literal["light", "dark"], width: int
) -> None:
    look = Look()
    viewport = {"width": width, "height": 900}
    page = open_page(drafting, color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    steps.sign_in(page, drafting.person("Ellis"))
    page.goto(f"/consultations/{sample_id}")

    page.get_by_role("button", name="More for Plan").click()
    look.at("menu", page, page.get_by_role("menuitem", name="Regenerate"))
    page.get_by_role("menuitem", name="Instruct...").click()
    look.at("form", page, page.get_by_role("form", name="Instruct Plan"))
    page.get_by_role("button", name="As bullet points").click()
    panel = page.get_by_role("region", name="Suggestion for Plan")
    look.at("suggestion", page, panel.get_by_text("A suggestion for Plan, “As bullet points”."))
    panel.get_by_role("button", name=re.compile("^Dismiss")).click()
    expect(panel).to_have_count(0)

    assert look.found == {}
