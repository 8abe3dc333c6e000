"""From red button to signed note, in a real Chromium whose microphone hears the sample."""

import re
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.journey import steps
from tests.journey.conftest import LEAD_SECONDS, Room
from tests.journey.product import Product

ADDED = "Follow-up call on Friday."


@pytest.mark.journey
def test_a_recorded_consultation_becomes_a_signed_note(
    product: Product, open_room: Callable[[], Room], reference: dict[str, Any]
) -> None:
    steps.wait_for_sample(steps.client_of(product, "Ellis"))
    page = open_room().page
    steps.sign_in(page, product.person("Novak"))
    steps.start_recording(page)

    # The recorder goes along wherever the doctor looks meanwhile.
    page.get_by_role("link", name="Consultations").first.click()
    expect(page.get_by_role("region", name="Recorder")).to_be_visible()
    page.wait_for_timeout(reference["duration_ms"] + LEAD_SECONDS * 1000)
    page.get_by_role("link", name="Record").first.click()
    steps.finish_recording(page)
    consultation_id = steps.wait_for_draft(page)

    transcript = steps.fetch(page, f"/api/consultations/{consultation_id}/transcript")
    words, speakers = steps.compare(reference, transcript)
    print(f"words right {words:.1%}, on the right speaker {speakers:.1%}")
    assert words >= 0.85
    assert speakers >= 0.90
    _open_evidence(page, transcript)
    _edit(page)
    steps.assign_sample_patient(page)
    steps.sign(page)
    expect(page.get_by_role("button", name="Edit Plan")).to_have_count(0)
    _download(page)


def _open_evidence(page: Page, transcript: dict[str, Any]) -> None:
    link = page.get_by_role("button", name=re.compile("^Evidence at")).first
    quoted = (link.get_attribute("aria-label") or "").split(": ", 1)[1].rstrip(".…")[:20]

    link.click()

    # Said to those who cannot see it, in view, and marked, for those who can.
    expect(page.get_by_role("status").filter(has_text=quoted)).to_have_count(1)
    expect(page.get_by_role("region", name="Transcript").get_by_text(quoted).first).to_be_in_viewport()
    assert page.evaluate("[...CSS.highlights].some(([name, ranges]) => name.endsWith('evidence') && ranges.size > 0)")
    assert any(quoted in utterance["text"] for utterance in transcript["utterances"])


def _edit(page: Page) -> None:
    page.get_by_role("button", name="Edit Plan").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(f"\n{ADDED}")
    page.keyboard.press("Escape")

    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=ADDED)).to_contain_text("added by")


def _download(page: Page) -> None:
    page.get_by_role("button", name="More", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=re.compile("PDF")).click()

    document = pypdf.PdfReader(download.value.path())
    text = " ".join(sheet.extract_text() for sheet in document.pages)
    assert ADDED in re.sub(r"\s+", " ", text)
    assert "DRAFT" not in text
    assert "/StructTreeRoot" in document.trailer["/Root"]
