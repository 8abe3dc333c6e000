"""Audio from elsewhere, through the page: a phone's m4a to a draft, and what becomes of files that are broken."""

import hashlib
import random
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.sample import Client
from tests.journey import people, review, steps
from tests.journey.conftest import OpenPage
from tests.journey.product import Product
from tests.journey.sounds import beginning
from tests.journey.words import Turns, kept_part

CORRUPT = "The audio is damaged and cannot be opened. Everything that was recorded is kept."
NO_AUDIO = "This file is called audio, but holds something else. Choose the recording itself."
WHOLE = beginning("m4a", 22)


@dataclass(frozen=True)
class File:
    """A file and the words that its doctor reads about it."""

    name: str
    held: bytes
    words: str = ""


def with_noise_inside(whole: bytes) -> bytes:
    """The same length, the same beginning and end, and noise between."""
    third = len(whole) // 3
    return whole[:third] + random.Random(1).randbytes(third) + whole[2 * third :]


REFUSED_AT_ONCE = {
    "text-called-mp3": File("letter.mp3", b"Dear colleague, thank you for your referral. " * 20, NO_AUDIO),
    "empty": File("visit.m4a", b"", "This file is empty."),
}
FAILED = {
    "corrupt": File("visit.ogg", b"OggS" + random.Random(2).randbytes(40_000), CORRUPT),
    # The index of this format stands at its end.
    "truncated": File("visit.m4a", WHOLE[: len(WHOLE) // 2], CORRUPT),
}
HEARD_IN_PART = {
    "truncated": File("visit.wav", beginning("wav", 20)[:960_044], "The file says it lasts 0:20 but ends after 0:10."),
    "corrupt": File(
        "visit.flac", with_noise_inside(beginning("flac", 20)), "The file says it lasts 0:20 but ends after 0:13."
    ),
}


def choose(page: Page, file: File) -> None:
    """By the button, from the files of the device."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("^Choose (a|another) file$")).click()
    chooser.value.set_files({"name": file.name, "mimeType": "application/octet-stream", "buffer": file.held})
    expect(page.get_by_role("region", name="Audio file")).to_contain_text(file.name)


def upload(page: Page, file: File) -> str:
    """Choose, consent and send, up to the consultation's page; the consultation's id."""
    page.get_by_role("link", name="Upload audio").click()
    choose(page, file)
    steps.give_consent(page)
    return send(page)


def send(page: Page) -> str:
    page.get_by_role("button", name="Upload and transcribe").click()
    page.wait_for_url(steps.REVIEW)
    return page.url.rsplit("/", 1)[1]


def expect_kept(client: Client, consultation_id: str, file: File) -> None:
    """The server holds the very bytes of the file, whatever it could make of them."""
    recording_id = client.call("GET", f"/api/consultations/{consultation_id}")["recording_id"]
    recording = client.call("GET", f"/api/recordings/{recording_id}")
    assert recording["stored"] == [{"segment": 0, "chunks": {"0": hashlib.sha256(file.held).hexdigest()}}]
    assert recording["sealed_by"] == "client"


@pytest.mark.journey
def test_a_file_from_a_phone_becomes_a_draft(product: Product, open_page: OpenPage, reference: Turns) -> None:
    steps.wait_for_sample(steps.client_of(product, "Ellis"))
    doctor = people.doctor(product, "Dr Ines Morel")
    page, file = open_page(product), File("visit.m4a", WHOLE)
    steps.sign_in(page, doctor)

    consultation_id = upload(page, file)
    review.wait_for_draft(page)

    heard = review.transcript(page)["utterances"]
    said = kept_part(reference, heard, 22_000)
    assert len(said) >= 5
    review.expect_words(said, heard)
    expect_kept(Client(product.url, doctor), consultation_id, file)


@pytest.mark.journey
@pytest.mark.parametrize("file", REFUSED_AT_ONCE.values(), ids=REFUSED_AT_ONCE.keys())
def test_a_file_without_audio_is_refused_before_anything_begins(
    scripted: Product, open_page: OpenPage, file: File
) -> None:
    doctor = people.doctor(scripted, "Dr Ines Morel")
    client, page, other = Client(scripted.url, doctor), open_page(scripted), File("visit.m4a", WHOLE)
    steps.sign_in(page, doctor)
    page.get_by_role("link", name="Upload audio").click()
    page.get_by_role("radio", name="agreed, in writing").check()

    choose(page, file)

    expect(page.get_by_role("alert")).to_have_text(file.words)
    button = page.get_by_role("button", name="Upload and transcribe")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(file.words)
    assert client.call("GET", "/api/consultations")["items"] == []
    # What was filled in stands, for the right file.
    choose(page, other)
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("radio", name="agreed, in writing")).to_be_checked()
    consultation_id = send(page)
    review.wait_for_draft(page)
    expect_kept(client, consultation_id, other)


@pytest.mark.journey
@pytest.mark.parametrize("file", FAILED.values(), ids=FAILED.keys())
def test_a_file_that_cannot_be_opened_is_kept_and_says_so(scripted: Product, open_page: OpenPage, file: File) -> None:
    doctor = people.doctor(scripted, "Dr Ines Morel")
    client, page = Client(scripted.url, doctor), open_page(scripted)
    steps.sign_in(page, doctor)

    consultation_id = upload(page, file)

    failure = page.get_by_role("region", name="Progress").get_by_role("alert")
    expect(failure).to_contain_text(file.words)
    expect(failure.get_by_role("button", name="Retry")).to_be_visible()
    expect(page.get_by_role("region", name="Note")).to_be_hidden()
    page.get_by_role("link", name="Consultations").first.click()
    row = page.get_by_role("listitem").filter(has_text=file.words)
    expect(row.get_by_role("button", name="Retry")).to_be_visible()
    expect_kept(client, consultation_id, file)


@pytest.mark.journey
@pytest.mark.parametrize("file", HEARD_IN_PART.values(), ids=HEARD_IN_PART.keys())
def test_of_a_damaged_file_what_can_be_heard_is_drafted_and_the_rest_named(
    scripted: Product, open_page: OpenPage, file: File
) -> None:
    doctor = people.doctor(scripted, "Dr Ines Morel")
    client, page = Client(scripted.url, doctor), open_page(scripted)
    steps.sign_in(page, doctor)

    consultation_id = upload(page, file)
    review.wait_for_draft(page)

    expect(page.get_by_role("region", name="Transcript").get_by_role("list")).to_contain_text(file.words)
    expect_kept(client, consultation_id, file)
