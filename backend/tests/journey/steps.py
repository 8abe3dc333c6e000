"""What a doctor does, in the browser, by the names that they see."""

import re
import time
from collections.abc import Callable
from typing import Any

import jiwer
from playwright.sync_api import Page, expect

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import AUDIO, Client, upload
from tests.journey.product import Product

PROCESSING_MS = 180_000


def sign_in(page: Page, person: Person) -> None:
    """From the sign-in page to the worklist."""
    page.goto("/login")
    page.get_by_label("Email").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1, name="Consultations")).to_be_visible()


def start_recording(page: Page) -> str:
    """To the record page, consent given, and the button turned red; the recording's id."""
    page.goto("/record")
    page.get_by_role("radio", name="agreed, in spoken words").check()
    with page.expect_response("**/api/consultations/start") as started:
        page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Pause recording")).to_be_visible()
    return str(started.value.json()["recording"]["recording_id"])


def finish_recording(page: Page) -> None:
    """Finish, confirm, and arrive at the consultation."""
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_url(re.compile(r"/consultations/[0-9a-f-]{36}"), timeout=60_000)


def wait_for_draft(page: Page) -> str:
    """Stay on the review page until the note is there; the consultation's id."""
    expect(page.get_by_role("button", name=re.compile("^Evidence at")).first).to_be_visible(timeout=PROCESSING_MS)
    found = re.search(r"/consultations/([0-9a-f-]{36})", page.url)
    assert found
    return found.group(1)


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


def client_of(product: Product, name: str) -> Client:
    """The API, as one of the demo's people."""
    return Client(product.url, product.person(name))


def fetch(page: Page, path: str) -> Any:
    """An answer of the API, with the page's own session."""
    answer = page.request.get(path)
    assert answer.ok, (path, answer.status)
    return answer.json()


def plain_words(text: str) -> list[str]:
    """Lower case, digits for numbers that speech engines write either way, no punctuation."""
    text = re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("-", " "))
    return [_SAME.get(word, word) for word in text.split()]


_SAME = {
    "milligrams": "mg", "milligram": "mg", "mr": "mister", "dr": "doctor", "five": "5", "ten": "10", "two": "2",
    "three": "3", "one": "1", "seven": "7", "six": "6", "four": "4", "eight": "8", "nine": "9",
}  # fmt: skip


def compare(reference: dict[str, Any], transcript: dict[str, Any]) -> tuple[float, float]:
    """Shares of the reference's words that were heard right, and of those, on the right speaker."""
    said = [(word, turn["role"]) for turn in reference["turns"] for word in plain_words(turn["text"])]
    heard = [(word, turn["role"]) for turn in transcript["utterances"] for word in plain_words(turn["text"])]
    aligned = jiwer.process_words(" ".join(word for word, _ in said), " ".join(word for word, _ in heard))
    right = right_role = 0
    for chunk in aligned.alignments[0]:
        if chunk.type == "equal":
            for offset in range(chunk.ref_end_idx - chunk.ref_start_idx):
                right += 1
                right_role += said[chunk.ref_start_idx + offset][1] == heard[chunk.hyp_start_idx + offset][1]
    return right / len(said), right_role / max(1, right)


def wait_for_sample(client: Client) -> str:
    """The sample consultation's id, once it is drafted."""
    return _wait_until_ready(client, lambda item: (item["patient"] or {}).get("identifier") == "SAMPLE-001")


def upload_sample(client: Client, family_name: str) -> str:
    """The sample's audio once more, for another patient, drafted."""
    patient = {"given_name": "Sam", "family_name": family_name}
    consultation_id = upload(client, AUDIO.read_bytes(), patient=patient, template_key="soap")
    return _wait_until_ready(client, lambda item: item["id"] == consultation_id)


def _wait_until_ready(client: Client, is_it: Callable[[dict[str, Any]], bool]) -> str:
    deadline = time.monotonic() + PROCESSING_MS / 1000
    while time.monotonic() < deadline:
        for item in client.call("GET", "/api/consultations")["items"]:
            if is_it(item) and item["status"] in {"ready", "signed"}:
                return str(item["id"])
        time.sleep(1)
    raise AssertionError("the consultation did not become ready")
