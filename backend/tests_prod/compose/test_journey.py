"""A doctor's whole way in a real Chromium, through nginx over TLS, on the site that the compose file starts."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, sync_playwright

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from tests.journey import review, steps
from tests.journey.conftest import CHROMIUM, PATIENCE_MS, QUIET, VIEW, microphone, microphone_flags, reference  # noqa: F401 - fixtures
from tests.journey.sounds import LEAD_SECONDS
from tests.journey.words import Turns
from tests_prod.compose.production import Production

pytestmark = pytest.mark.timeout(2400)


def _key_of(certificate: Path) -> str:
    """The name of its key, by which Chromium trusts this one site, and no other of an unknown issuer."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    told = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(told).digest()).decode()


@pytest.fixture
def page(
    production: Production,
    microphone: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Page]:
    """A browser of the doctor's, whose microphone hears the sample once."""
    trust = f"--ignore-certificate-errors-spki-list={_key_of(production.certificate)}"
    # For the driver's own requests, which are not the browser's.
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(production.certificate))
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=CHROMIUM,
            args=[*QUIET, *microphone_flags(f"{microphone}%noloop"), trust],
            base_url=production.url,
            **VIEW,
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context.pages[0]
        context.close()


def test_a_recording_becomes_a_signed_pdf_through_nginx(
    production: Production,
    doctor: Person,
    page: Page,
    reference: Turns,  # noqa: F811
    tmp_path: Path,
) -> None:
    patient = {"given_name": "Alex", "family_name": "Carter", "birth_date": "1971-03-04", "identifier": "1"}
    Client(production.url, doctor).call("POST", "/api/patients", json=patient)
    complaints: list[str] = []

    steps.sign_in(page, doctor)
    page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    steps.start_recording(page)
    page.screenshot(path=tmp_path / "recording.png")
    steps.record_until(page, LEAD_SECONDS + reference[-1]["end_ms"] // 1000 + 1)
    steps.finish_recording(page)
    review.wait_for_draft(page)
    page.screenshot(path=tmp_path / "draft.png")

    review.expect_words(reference, review.transcript(page)["utterances"])
    review.open_evidence(page)
    page.screenshot(path=tmp_path / "evidence.png")
    review.edit_plan(page)
    review.assign_sample_patient(page)
    review.sign(page)
    page.screenshot(path=tmp_path / "signed.png")
    review.download_pdf(page)
    # The policy that nginx sends holds, and nothing of the page runs into it.
    assert complaints == []
