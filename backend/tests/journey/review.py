"""What a doctor does on the review page: from the draft to the signed note in their hands."""

import re
from typing import Any

import pypdf
from playwright.sync_api import Page, expect

from tests.journey import steps
from tests.journey.words import Turns, compare

ADDED = "Follow-up call on Friday."
EVIDENCE = re.compile("^Evidence at")


def wait_for_draft(page: Page) -> str:
    """Stay on the page until the note is there; the consultation's id."""
    expect(page.get_by_role("button", name=EVIDENCE).first).to_be_visible(timeout=steps.PROCESSING_MS)
    found = steps.REVIEW.search(page.url)
    assert found
    return found.group(1)


def transcript(page: Page) -> dict[str, Any]:
    """The transcript that the page shows."""
    found = steps.REVIEW.search(page.url)
    assert found
    read: dict[str, Any] = steps.fetch(page, f"/api/consultations/{found.group(1)}/transcript")
    return read


def expect_words(said: Turns, heard: Turns) -> None:
    """At least 85 % of the words are right, and 90 % of the words on the right speaker, wrong ones too."""
    hearing = compare(said, heard)
    print(f"{hearing} ({len(said)} turns)")
    assert hearing.right >= 0.85
    assert hearing.right_on_speaker >= 0.90
    assert hearing.matched_on_speaker >= 0.90


def open_evidence(page: Page) -> None:
    """Press the first link of the note: what the sentence came from is shown and said, and is in the transcript."""
    link = page.get_by_role("button", name=EVIDENCE).first
    quoted = (link.get_attribute("aria-label") or "").split(": ", 1)[1].rstrip(".…")[:20]

    link.click()

    # Said to those who cannot see it, in view, and marked, for those who can.
    expect(page.get_by_role("status").filter(has_text=quoted)).to_have_count(1)
    expect(page.get_by_role("region", name="Transcript").get_by_text(quoted).first).to_be_in_viewport()
    assert page.evaluate("[...CSS.highlights].some(([name, ranges]) => name.endsWith('evidence') && ranges.size > 0)")
    assert any(quoted in utterance["text"] for utterance in transcript(page)["utterances"])


def edit_plan(page: Page) -> None:
    """Add a sentence to the plan; it saves itself."""
    page.get_by_role("button", name="Edit Plan").click()
    type_into_plan(page)


def type_into_plan(page: Page) -> None:
    """With the plan open: a new line at its end, and out again."""
    page.keyboard.press("Control+End")
    page.keyboard.type(f"\n{ADDED}")
    page.keyboard.press("Escape")

    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=ADDED)).to_contain_text("added by")


def assign_sample_patient(page: Page) -> None:
    """Say who was seen, after the consultation."""
    page.get_by_role("button", name="Assign patient").click()
    page.get_by_role("dialog").get_by_role("combobox", name="Patient").fill("Carter")
    page.get_by_role("option", name=re.compile("Carter")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Carter")


def sign(page: Page) -> None:
    """Look at what is open, acknowledge it, and sign."""
    page.get_by_role("button", name="Sign note").click()
    panel = page.get_by_role("dialog", name="Sign note")
    panel.get_by_role("button", name="Sign note").wait_for()
    if panel.get_by_role("checkbox").count():
        panel.get_by_role("checkbox").check()
    panel.get_by_role("button", name="Sign note").click()
    expect(page.get_by_text(re.compile("Signed by"))).to_be_visible()
    expect(page.get_by_role("button", name="Edit Plan")).to_have_count(0)


def download_pdf(page: Page) -> None:
    """The signed note as a file: tagged, no draft any more, and with what was typed."""
    page.get_by_role("button", name="More", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=re.compile("PDF")).click()

    document = pypdf.PdfReader(download.value.path())
    text = " ".join(sheet.extract_text() for sheet in document.pages)
    assert ADDED in re.sub(r"\s+", " ", text)
    assert "DRAFT" not in text
    assert "/StructTreeRoot" in document.trailer["/Root"]


def from_draft_to_pdf(page: Page) -> None:
    """Evidence, an edit, the patient, the signature, the document."""
    open_evidence(page)
    edit_plan(page)
    assign_sample_patient(page)
    sign(page)
    download_pdf(page)
