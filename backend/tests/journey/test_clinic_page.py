"""An admin chooses where audio goes and what that may cost; a doctor is told. On a server that has keys."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from tests.journey import steps
from tests.journey.conftest import OpenPage
from tests.journey.product import Product, running_product

# Nothing is recorded here, so nothing is sent with them.
KEYS = {"ASSEMBLYAI_API_KEY": "us", "ASSEMBLYAI_API_KEY_EU": "eu", "ASSEMBLYAI_REGION": "us"}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with running_product(SCRIBE_DEMO_SAMPLE="no", TRANSCRIPTION_ENGINE="local", **KEYS) as running:
        yield running


@pytest.fixture
def admin(product: Product) -> Person:
    return product.person("Okafor")


@pytest.fixture
def page(open_page: OpenPage, product: Product, admin: Person) -> Page:
    """The clinic's settings, opened by the admin."""
    page = open_page(product)
    steps.sign_in(page, admin)
    page.get_by_role("link", name="Clinic").click()
    expect(page.get_by_role("heading", level=1, name="Clinic")).to_be_visible()
    return page


def _another_admin_saves(product: Product, admin: Person, **changed: object) -> None:
    client = Client(product.url, admin)
    now = client.call("GET", "/api/clinic/settings")
    version = now.pop("version")
    wanted = {name: value for name, value in now.items() if name != "offers"} | changed
    client.call("PUT", "/api/clinic/settings", json=wanted, headers={"If-Match": f'"{version}"'})


def _use(product: Product, cents: int) -> None:
    with product.superuser() as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usage_records (id, clinic_id, vendor, kind, quantity, unit, estimated_microcents)"
            " SELECT gen_random_uuid(), id, 'assemblyai', 'transcription', 5400, 'seconds', %s FROM clinics",
            (cents * 1_000_000,),
        )


@pytest.mark.journey
def test_an_admin_chooses_where_audio_goes_and_a_doctor_reads_it(
    page: Page, product: Product, open_page: OpenPage
) -> None:
    page.get_by_role("radio", name="AssemblyAI").check()
    page.get_by_role("radio", name="European Union").check()
    expect(
        page.get_by_text("Audio is sent to AssemblyAI in the European Union (api.eu.assemblyai.com).")
    ).to_be_visible()
    expect(page.get_by_role("radio", name="A language model")).to_be_disabled()
    expect(page.get_by_text("No language model is set on this server.")).to_be_visible()
    page.get_by_label("Key terms").fill("apixaban\nSaint Vincent Hospital")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("radio", name="AssemblyAI")).to_be_checked()
    expect(page.get_by_label("Key terms")).to_have_value("apixaban\nSaint Vincent Hospital")
    theirs = open_page(product)
    steps.sign_in(theirs, product.person("Ellis"))
    expect(theirs.get_by_role("link", name="Clinic")).to_have_count(0)
    theirs.goto("/settings")
    expect(theirs.get_by_text("Audio is transcribed by AssemblyAI (EU).")).to_be_visible()


@pytest.mark.journey
def test_a_patient_is_no_key_term_and_nothing_typed_is_lost(page: Page, product: Product) -> None:
    Client(product.url, product.person("Ellis")).call(
        "POST", "/api/patients", json={"given_name": "Zora", "family_name": "Quill"}
    )
    page.get_by_role("radio", name="AssemblyAI").check()
    page.get_by_label("Key terms").fill("apixaban\nzora quill")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Line 2: a patient's name or record number")).to_be_visible()

    page.get_by_role("link", name="Consultations").click()
    page.get_by_role("button", name="Stay").click()

    expect(page.get_by_label("Key terms")).to_have_value("apixaban\nzora quill")
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("link", name="Consultations").click()
    expect(page.get_by_role("heading", level=1, name="Consultations")).to_be_visible()


@pytest.mark.journey
def test_two_admins_at_once_see_both_versions(page: Page, product: Product, admin: Person) -> None:
    page.get_by_label("Monthly budget").fill("30")
    _another_admin_saves(product, admin, monthly_budget_cents=5000, live_captions=False)
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("alert").filter(has_text="Another admin saved")
    expect(conflict.get_by_role("row", name=re.compile("Monthly budget"))).to_contain_text("$50")
    expect(conflict.get_by_role("row", name=re.compile("Live captions"))).to_contain_text("Not changed by you")

    conflict.get_by_role("button", name="Save mine").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Monthly budget")).to_have_value("30")
    expect(page.get_by_role("switch", name="Live captions")).not_to_be_checked()


@pytest.mark.journey
def test_a_budget_that_is_used_is_seen_on_the_worklist(page: Page, product: Product, admin: Person) -> None:
    _another_admin_saves(product, admin, monthly_budget_cents=1000)
    _use(product, 850)
    page.goto("/")
    expect(page.get_by_text("85 % of this month")).to_be_visible()

    _use(product, 150)
    page.get_by_role("link", name="Clinic settings").click()

    expect(page.get_by_text("$10.00 of $10.00 used this month")).to_be_visible()
    expect(page.get_by_text("Recording goes on, and nothing new is sent to them until")).to_be_visible()
    this_month = page.get_by_role("table", name="Use of cloud services").get_by_role("row").nth(1)
    expect(this_month).to_contain_text("3 h")
