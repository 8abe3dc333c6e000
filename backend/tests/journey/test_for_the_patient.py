"""From a signed note to the letter that the patient takes home, in a real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.sample import Client
from tests.journey import people, steps
from tests.journey.conftest import OpenPage
from tests.journey.product import Product
from tests.reports.reading import text_of


def _downloaded(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return " ".join(text_of(download.value.path().read_bytes()).split())


@pytest.mark.journey
def test_a_letter_is_written_edited_approved_downloaded_and_taken_up_again_after_an_addendum(
    scripted: Product, open_page: OpenPage
) -> None:
    doctor = people.doctor(scripted, "Dr Lena Quist")
    client = Client(scripted.url, doctor)
    consultation_id = steps.upload_scripted(client, "Letters")
    steps.sign_over_api(client, consultation_id)
    page = open_page(scripted, accept_downloads=True)
    steps.sign_in(page, doctor)
    page.goto(f"/consultations/{consultation_id}")
    page.get_by_role("link", name="For the patient").click()
    page.get_by_role("button", name="Write the patient letter").click()
    letter = page.get_by_role("region", name="Patient letter")
    expect(letter.get_by_text("Dear Sam Letters,")).to_be_visible()
    expect(letter.get_by_text("You are allergic to penicillin.")).to_be_visible()
    letter.get_by_text("From Plan").first.click()
    expect(letter.get_by_text(re.compile("^Plan: ")).first).to_be_visible()
    assert "DRAFT" in _downloaded(page, "Draft PDF")

    letter.get_by_role("button", name="Edit What happens next").click()
    page.keyboard.type("We will ring you.")
    page.keyboard.press("Escape")
    expect(letter.get_by_text(re.compile("^Saved"))).to_be_visible()
    expect(letter.get_by_text("added by Dr Lena Quist")).to_be_visible()
    letter.get_by_role("button", name="Approve").click()
    expect(letter.get_by_text(re.compile("^Approved by Dr Lena Quist"))).to_be_visible()
    clean = _downloaded(page, "Download PDF")
    assert "DRAFT" not in clean
    assert "We will ring you." in clean

    client.call("POST", f"/api/consultations/{consultation_id}/note/addenda", json={"text": "The swab was negative."})
    page.reload()
    expect(letter.get_by_text(re.compile("^Out of date"))).to_be_visible()
    letter.get_by_role("button", name="Edit again").click()
    letter.get_by_role("button", name="Write again").click()
    letter.get_by_role("alert").filter(has_text="changed by hand").get_by_role("button", name="Write again").click()
    expect(letter.get_by_text("The swab was negative.", exact=True)).to_be_visible()
    expect(letter.get_by_text(re.compile("^Out of date"))).to_have_count(0)
    letter.get_by_text("Versions").click()
    letter.get_by_role("button", name="Version 2", exact=True).click()
    expect(letter.get_by_text("We will ring you.")).to_be_visible()
