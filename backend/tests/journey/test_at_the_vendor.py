"""What a doctor sees of a recording that is transcribed by AssemblyAI, whose part an emulator plays."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.sample import AUDIO, upload
from tests.journey import steps
from tests.journey.conftest import LEAD_SECONDS, Room
from tests.journey.product import Product, start_product
from tests.transcription.references import ROLES, words_of

PATIENT = {"given_name": "Mara", "family_name": "Vendor"}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """The demo with the emulator in a vendor's place."""
    with tempfile.TemporaryDirectory(prefix="scribe-vendor-") as directory:
        Path(directory).chmod(0o755)
        home = Path(directory) / "home"
        calm = {"SCRIBE_DEMO_SAMPLE": "no", "RATE_LIMITS_ENABLED": "false"}
        running = start_product(home, engine="assemblyai-emulator", **calm)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def emulator(product: Product, reference: dict[str, Any]) -> Iterator[httpx.Client]:
    """The emulator's own door: it knows what the sample says, and plays nothing yet."""
    command = product.child("tests.emulators.assemblyai").cmdline()
    port = command[command.index("--port") + 1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/_emulator", trust_env=False, timeout=30) as door:
        door.post("/reset").raise_for_status()
        # A recording by microphone lasts some seconds longer than what is said, and all of it is heard.
        spoken = {"words": words_of(reference["turns"]), "duration_ms": 200_000, "roles": ROLES}
        door.post("/references", json={"duration_ms_between": [30_000, 200_000], **spoken}).raise_for_status()
        yield door


@pytest.fixture
def reviewed(product: Product, page: Page, emulator: httpx.Client) -> Callable[[], Page]:
    """Send the sample, and open its review page."""

    def open_() -> Page:
        client = steps.client_of(product, "Ellis")
        consultation = upload(client, AUDIO.read_bytes(), patient=PATIENT, template_key="soap")
        steps.sign_in(page, product.person("Ellis"))
        page.goto(f"/consultations/{consultation}")
        return page

    return open_


def play(emulator: httpx.Client, on: str, do: object, times: int | None = 1) -> None:
    emulator.post("/rules", json={"on": on, "do": do, "times": times}).raise_for_status()


@pytest.mark.journey
def test_a_recording_becomes_a_signed_note_by_way_of_the_vendor(
    product: Product, open_room: Callable[[], Room], emulator: httpx.Client, reference: dict[str, Any]
) -> None:
    room = open_room()
    steps.sign_in(room.page, product.person("Novak"))
    steps.start_recording(room.page)
    room.page.wait_for_timeout(reference["duration_ms"] + LEAD_SECONDS * 1000)
    steps.finish_recording(room.page)

    consultation = steps.wait_for_draft(room.page)

    transcript = steps.fetch(room.page, f"/api/consultations/{consultation}/transcript")
    words, speakers = steps.compare(reference, transcript)
    assert (transcript["engine"], words, speakers) == ("assemblyai", 1.0, 1.0)
    # What was sent is what was recorded: as long as the emulator's own ears measured it.
    (sent,) = emulator.get("/uploads").json()
    assert sent["size"] > 50_000
    client = steps.client_of(product, "Novak")
    patient = client.call("POST", "/api/patients", json=PATIENT)
    client.call("PATCH", f"/api/consultations/{consultation}", json={"patient_id": patient["id"]})
    room.page.reload()
    steps.sign(room.page)


@pytest.mark.journey
def test_while_the_vendor_works_the_doctor_reads_whom_the_note_waits_for(
    reviewed: Callable[[], Page], emulator: httpx.Client
) -> None:
    play(emulator, "submit", "job_for_ever")

    page = reviewed()

    expect(page.get_by_role("status").filter(has_text="Waiting for AssemblyAI.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Consultations").first.click()
    expect(page.get_by_text("Waiting for AssemblyAI").first).to_be_visible()
    page.go_back()
    (job,) = emulator.get("/jobs").json()
    emulator.post(f"/jobs/{job['id']}/release").raise_for_status()
    steps.wait_for_draft(page)
    expect(page.get_by_text("Waiting for AssemblyAI")).to_have_count(0)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("on", "do", "words"),
    [
        ("upload", "unauthorized", "AssemblyAI refuses this server's key"),
        ("upload", "broke", "The AssemblyAI account has no money left"),
        ("upload", "unavailable_html", "AssemblyAI is not answering"),
        ("submit", "done_but_500", "Finding out whether AssemblyAI has received this recording"),
    ],
)
def test_what_holds_a_recording_up_is_said_in_words(
    reviewed: Callable[[], Page], emulator: httpx.Client, on: str, do: str, words: str
) -> None:
    play(emulator, on, do, times=None)
    play(emulator, "list", "unavailable", times=None)

    page = reviewed()

    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The recording is safe", exact=False).first).to_be_visible()


@pytest.mark.journey
def test_what_the_vendor_cannot_do_is_said_with_retry_and_retry_works(
    reviewed: Callable[[], Page], emulator: httpx.Client
) -> None:
    play(emulator, "submit", "job_server_error", times=3)

    page = reviewed()

    failure = page.get_by_role("alert").filter(has_text="several times")
    expect(failure).to_be_visible(timeout=120_000)
    failure.get_by_role("button", name="Retry").click()
    steps.wait_for_draft(page)


@pytest.mark.journey
def test_where_nobody_speaks_there_is_no_note_and_it_is_said(
    reviewed: Callable[[], Page], emulator: httpx.Client
) -> None:
    play(emulator, "submit", "job_without_speech")

    page = reviewed()

    expect(page.get_by_role("alert").filter(has_text="No speech was found")).to_be_visible(timeout=60_000)


@pytest.mark.journey
def test_what_the_vendor_did_less_well_stands_above_the_transcript(
    reviewed: Callable[[], Page], emulator: httpx.Client
) -> None:
    play(emulator, "submit", {"job": {"domain_skipped": True, "roles": "absent", "edit": {"speech_model_used": "x"}}})

    page = reviewed()
    steps.wait_for_draft(page)

    transcript = page.get_by_role("region", name="Transcript")
    for words in ("without its Medical Mode", "simpler model", "could not tell who is the doctor"):
        expect(transcript.get_by_text(re.compile(words))).to_be_visible()


@pytest.mark.journey
def test_an_admin_reads_on_the_clinics_page_what_keeps_recordings_waiting(
    product: Product, reviewed: Callable[[], Page], emulator: httpx.Client, page: Page
) -> None:
    play(emulator, "upload", "unauthorized", times=None)
    waiting = reviewed()
    expect(waiting.get_by_role("status").filter(has_text="refuses this server's key")).to_be_visible(timeout=60_000)

    with page.context.browser.new_context(base_url=product.url) as context:  # type: ignore[union-attr]
        desk = context.new_page()
        steps.sign_in(desk, product.person("Okafor"))
        desk.goto("/clinic")

        expect(desk.get_by_role("alert").filter(has_text="refuses this server's key")).to_be_visible()
        expect(desk.get_by_text(re.compile("at AssemblyAI now"))).to_be_visible()
