"""From a signed note to the letter that the patient takes home, in a real Chromium."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey import steps
from tests.journey.axe import violations
from tests.journey.product import Product
from tests.reports.reading import text_of


@pytest.fixture(scope="module")
def signed_id(product: Product) -> str:
    """A consultation whose note is signed."""
    client = steps.client_of(product, "Ellis")
    steps.wait_for_sample(client)
    consultation_id = steps.upload_sample(client, "Letters")
    note = f"/api/consultations/{consultation_id}/note"
    headers = {"If-Match": f'"{client.call("GET", note)["version"]}"'}
    client.call("POST", f"{note}/sign", json={"acknowledge_open_items": True}, headers=headers)
    return consultation_id


def _downloaded(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return " ".join(text_of(download.value.path().read_bytes()).split())


@pytest.mark.journey
def test_a_letter_is_written_edited_approved_and_downloaded(page: Page, product: Product, signed_id: str) -> None:
    steps.sign_in(page, product.person("Ellis"))
    page.goto(f"/consultations/{signed_id}")
    page.get_by_role("link", name="For the patient").click()
    page.get_by_role("button", name="Write the patient letter").click()
    letter = page.get_by_role("region", name="Patient letter")
    expect(letter.get_by_text("Dear Sam Letters,")).to_be_visible()
    expect(letter.get_by_text(re.compile("^You are allergic to penicillin"))).to_be_visible()
    letter.get_by_text("From Plan").first.click()
    expect(letter.get_by_text(re.compile("^Plan: ")).first).to_be_visible()
    assert "DRAFT" in _downloaded(page, "Draft PDF")

    letter.get_by_role("button", name="Edit What happens next").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nWe will ring you about the X-ray.")
    page.keyboard.press("Escape")
    expect(letter.get_by_text(re.compile("^Saved"))).to_be_visible()
    letter.get_by_role("button", name="Approve").click()

    expect(letter.get_by_text(re.compile("^Approved by Dr"))).to_be_visible()
    clean = _downloaded(page, "Download PDF")
    assert "DRAFT" not in clean
    assert "We will ring you about the X-ray." in clean


@pytest.mark.journey
def test_an_addendum_makes_it_out_of_date_and_writing_again_asks_before_it_replaces(
    page: Page, product: Product, signed_id: str
) -> None:
    steps.sign_in(page, product.person("Ellis"))
    client = steps.client_of(product, "Ellis")
    client.call("POST", f"/api/consultations/{signed_id}/note/addenda", json={"text": "The swab was negative."})
    page.goto(f"/consultations/{signed_id}/patient")
    letter = page.get_by_role("region", name="Patient letter")
    expect(letter.get_by_text(re.compile("^Out of date"))).to_be_visible()

    letter.get_by_role("button", name="Write again").click()
    ask = letter.get_by_role("alert").filter(has_text="changed by hand")
    ask.get_by_role("button", name="Write again").click()

    expect(letter.get_by_text("The swab was negative.", exact=True)).to_be_visible()
    expect(letter.get_by_text(re.compile("^Out of date"))).to_have_count(0)
    letter.get_by_text("Versions").click()
    expect(letter.get_by_role("button", name="Version 1", exact=True)).to_be_visible()


@pytest.mark.journey
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, product: Product, signed_id: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        base_url=product.url, viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    steps.sign_in(page, product.person("Ellis"))
    page.goto(f"/consultations/{signed_id}/patient")
    write = page.get_by_role("button", name=re.compile("^Write (the patient letter|again)"))
    expect(write).to_be_visible()
    found = violations(page, "before")
    if "the" in (write.text_content() or ""):
        write.click()
    letter = page.get_by_role("region", name="Patient letter")
    letter.get_by_text("From Plan").first.click()
    letter.get_by_text("Versions").click()
    expect(letter.get_by_role("button", name="Version 1", exact=True)).to_be_visible()
    found |= violations(page, "letter")
    letter.get_by_role("button", name="Edit Opening").click()
    expect(letter.get_by_role("textbox")).to_be_focused()
    found |= violations(page, "editing")
    page.get_by_role("tab", name="After-visit summary").click()
    expect(page.get_by_role("button", name="Write the after-visit summary")).to_be_visible()
    found |= violations(page, "none yet")
    context.close()

    assert found == {}
