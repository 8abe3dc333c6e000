"""axe finds nothing on any route, light and dark, desktop and phone; and the whole way works by keyboard."""

import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from scribe.cli.embedded.sample import Client
from tests.journey import steps
from tests.journey.axe import violations
from tests.journey.product import Product


@pytest.fixture(scope="module")
def sample_id(product: Product) -> str:
    """The demo's sample consultation, once its note is drafted."""
    return steps.wait_for_sample(Client(product.url, product.person("Ellis")))


@pytest.mark.journey
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, product: Product, sample_id: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        base_url=product.url, viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/login")
    found = _violations(page, "/login")

    steps.sign_in(page, product.person("Ellis"))
    review = f"/consultations/{sample_id}"
    for route in ("/", "/record", review, f"{review}/transcript", f"{review}/history", "/settings", "/nowhere"):
        page.goto(route)
        found |= _violations(page, route)
    context.close()

    context = browser.new_context(
        base_url=product.url, viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    steps.sign_in(page, product.person("Okafor"))
    for route in ("/people", "/clinic"):
        page.goto(route)
        found |= _violations(page, route)
    context.close()

    assert found == {}


def _violations(page: Page, route: str) -> dict[str, Any]:
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_load_state("networkidle") if route == "/login" else page.wait_for_timeout(800)
    return violations(page, route)


@pytest.mark.journey
def test_from_sign_in_to_signature_by_keyboard_alone(page: Page, product: Product) -> None:
    doctor = product.person("Ellis")
    client = Client(product.url, doctor)
    steps.wait_for_sample(client)
    consultation_id = steps.upload_sample(client, "Keyboard")
    page.goto("/login")
    page.get_by_label("Email").focus()
    page.keyboard.type(doctor.email)
    _tab_to(page, "Password", role="textbox")
    page.keyboard.type(doctor.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Consultations")).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(consultation_id))
    expect(page.get_by_role("button", name="Sign note")).to_be_visible(timeout=steps.PROCESSING_MS)
    _tab_to(page, re.compile("^Evidence at"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=re.compile("^Evidence at"))).to_have_count(1)
    page.keyboard.press("Control+Enter")
    panel = page.get_by_role("dialog", name="Sign note")
    expect(panel).to_be_visible()
    if panel.get_by_role("checkbox").count():
        _tab_to(page, re.compile("I have looked"), role="checkbox")
        page.keyboard.press("Space")
    _tab_to(page, "Sign note", within=panel)
    page.keyboard.press("Enter")

    expect(page.get_by_text(re.compile("Signed by"))).to_be_visible()


def _tab_to(page: Page, name: "str | re.Pattern[str]", *, role: Any = "button", within: Any = None) -> None:
    target = (within or page).get_by_role(role, name=name).first
    target.wait_for()
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}")
