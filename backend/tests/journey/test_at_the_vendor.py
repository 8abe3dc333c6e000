"""What a doctor sees of a recording that is transcribed by AssemblyAI, whose part an emulator plays."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.sample import AUDIO, upload
from tests.journey import review, steps
from tests.journey.conftest import OpenPage, Room
from tests.journey.product import Product, running_product
from tests.journey.sounds import LEAD_SECONDS
from tests.journey.words import Turns, compare
from tests.transcription.references import ROLES, words_of

PATIENT = {"given_name": "Mara", "family_name": "Vendor"}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """The demo with the emulator in a vendor's place."""
    with running_product(engine="assemblyai-emulator", SCRIBE_DEMO_SAMPLE="no", RATE_LIMITS_ENABLED="false") as running:
        yield running


@pytest.fixture
def emulator(product: Product, reference: Turns) -> Iterator[httpx.Client]:
    """The emulator's own door: it knows what the sample says, and plays nothing yet."""
    command = product.child("tests.emulators.assemblyai").cmdline()
    port = command[command.index("--port") + 1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/_emulator", trust_env=False, timeout=30) as door:
        door.post("/reset").raise_for_status()
        # A recording by microphone lasts some seconds longer than what is said, and all of it is heard.
        spoken = {"words": words_of(reference), "duration_ms": 200_000, "roles": ROLES}
        door.post("/references", json={"duration_ms_between": [30_000, 200_000], **spoken}).raise_for_status()
        yield door


@pytest.fixture
def reviewed(product: Product, open_page: OpenPage, emulator: httpx.Client) -> Callable[[], Page]:
    """Send the sample, and open its review page."""

    def open_() -> Page:
        client = steps.client_of(product, "Ellis")
        consultation = upload(client, AUDIO.read_bytes(), patient=PATIENT, template_key="soap")
        page = open_page(product)
        steps.sign_in(page, product.person("Ellis"))
        page.goto(f"/consultations/{consultation}")
        return page

    return open_


def play(emulator: httpx.Client, on: str | list[str], do: object) -> None:
    """Each time, until the next test: recordings that earlier tests left waiting come by as well."""
    emulator.post("/rules", json={"on": on, "do": do, "times": None}).raise_for_status()


@pytest.mark.journey
@pytest.mark.timeout(900)
def test_a_recording_becomes_a_signed_note_by_way_of_the_vendor(
    product: Product, open_room: Callable[[], Room], emulator: httpx.Client, reference: Turns
) -> None:
    page = open_room().page
    steps.sign_in(page, product.person("Novak"))
    steps.start_recording(page)
    steps.record_until(page, LEAD_SECONDS + reference[-1]["end_ms"] // 1000 + 1)
    steps.finish_recording(page)

    consultation = review.wait_for_draft(page)

    transcript = review.transcript(page)
    hearing = compare(reference, transcript["utterances"])
    assert (transcript["engine"], hearing.right, hearing.right_on_speaker) == ("assemblyai", 1.0, 1.0)
    # What was sent is what was recorded: as long as the emulator's own ears measured it.
    (sent,) = emulator.get("/uploads").json()
    assert sent["size"] > 50_000
    client = steps.client_of(product, "Novak")
    patient = client.call("POST", "/api/patients", json=PATIENT)
    client.call("PATCH", f"/api/consultations/{consultation}", json={"patient_id": patient["id"]})
    page.reload()
    review.sign(page)


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
    review.wait_for_draft(page)
    expect(page.get_by_text("Waiting for AssemblyAI")).to_have_count(0)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("on", "do", "words"),
    [
        ("upload", "unauthorized", "AssemblyAI refuses this server's key"),
        ("upload", "broke", "The AssemblyAI account has no money left"),
        ("upload", "unavailable_html", "AssemblyAI is not answering"),
        ("submit", "server_error", "Finding out whether AssemblyAI has received this recording"),
    ],
)
def test_what_holds_a_recording_up_is_said_in_words(
    reviewed: Callable[[], Page], emulator: httpx.Client, on: str, do: str, words: str
) -> None:
    play(emulator, on, do)

    page = reviewed()

    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The recording is safe", exact=False).first).to_be_visible()


@pytest.mark.journey
def test_what_the_vendor_cannot_do_is_said_with_retry_and_retry_works(
    reviewed: Callable[[], Page], emulator: httpx.Client
) -> None:
    play(emulator, "submit", "job_server_error")

    page = reviewed()

    failure = page.get_by_role("alert").filter(has_text="several times")
    expect(failure).to_be_visible(timeout=120_000)
    emulator.delete("/rules").raise_for_status()
    failure.get_by_role("button", name="Retry").click()
    review.wait_for_draft(page)


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
    review.wait_for_draft(page)

    transcript = page.get_by_role("region", name="Transcript")
    for words in ("without its Medical Mode", "simpler model", "could not tell who is the doctor"):
        expect(transcript.get_by_text(re.compile(words))).to_be_visible()


@pytest.mark.journey
def test_an_admin_reads_on_the_clinics_page_what_keeps_recordings_waiting(
    product: Product, reviewed: Callable[[], Page], emulator: httpx.Client, open_page: OpenPage
) -> None:
    play(emulator, ["upload", "list", "get", "delete"], "unauthorized")
    waiting = reviewed()
    expect(waiting.get_by_role("status").filter(has_text="refuses this server's key")).to_be_visible(timeout=60_000)

    desk = open_page(product)
    steps.sign_in(desk, product.person("Okafor"))
    desk.goto("/clinic")

    expect(desk.get_by_role("alert").filter(has_text="refuses this server's key")).to_be_visible()
    expect(desk.get_by_text(re.compile("at AssemblyAI now"))).to_be_visible()
