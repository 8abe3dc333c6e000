"""The whole way, from sign-in to signature, by keys alone: no mouse, and no focus that Tab did not bring."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from scribe.cli.embedded.sample import Client
from tests.journey import people, review, steps
from tests.journey.conftest import OpenPage
from tests.journey.product import Product

# More than any screen has to offer.
MOST_TABS = 150


@dataclass
class Hands:
    """All that a doctor without a mouse can do to a page."""

    page: Page

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, role: Any, name: "str | re.Pattern[str]", *, within: Locator | None = None) -> None:
        """Press Tab until the control has the focus."""
        target = (within or self.page).get_by_role(role, name=name).first
        target.wait_for()
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {name}")


@pytest.mark.journey
def test_from_sign_in_to_signature_by_keyboard_alone(scripted: Product, open_page: OpenPage) -> None:
    doctor = people.doctor(scripted, "Dr Amara Okoye")
    patient = {"given_name": "Rosa", "family_name": "Keyes"}
    Client(scripted.url, doctor).call("POST", "/api/patients", json=patient)
    page = open_page(scripted)
    hands = Hands(page)
    page.goto("/login")

    _sign_in(hands, doctor.email, doctor.password)
    _record(hands)
    review.wait_for_draft(page)
    _open_evidence(hands)
    hands.tab_to("button", "Edit Plan")
    hands.press("Enter")
    review.type_into_plan(page)
    _assign(hands, "Keyes")
    _sign(hands)

    expect(page.get_by_text("Signed by Dr Amara Okoye")).to_be_visible()


def _sign_in(hands: Hands, email: str, password: str) -> None:
    hands.tab_to("textbox", "Email")
    hands.write(email)
    hands.tab_to("textbox", "Password")
    hands.write(password)
    hands.press("Enter")
    expect(hands.page.get_by_role("heading", level=1, name="Consultations")).to_be_visible()


def _record(hands: Hands) -> None:
    hands.press("r")
    hands.tab_to("radio", "agreed, in spoken words")
    hands.press("Space")
    hands.tab_to("button", "Start recording")
    hands.press("Enter")
    expect(hands.page.get_by_role("button", name="Pause recording")).to_be_visible()
    steps.record_until(hands.page, 3)
    hands.tab_to("button", "Finish")
    hands.press("Enter")
    # The question takes the focus to its answer.
    expect(hands.page.get_by_role("button", name="Finish and send")).to_be_focused()
    hands.press("Enter")
    hands.page.wait_for_url(steps.REVIEW)


def _open_evidence(hands: Hands) -> None:
    hands.tab_to("button", review.EVIDENCE)
    hands.press("Enter")
    expect(hands.page.get_by_role("status").filter(has_text=review.EVIDENCE)).to_have_count(1)
    expect(hands.page.get_by_role("button", name=review.EVIDENCE).first).to_have_attribute("aria-pressed", "true")


def _assign(hands: Hands, family_name: str) -> None:
    hands.tab_to("button", "Assign patient")
    hands.press("Enter")
    search = hands.page.get_by_role("dialog").get_by_role("combobox", name="Patient")
    expect(search).to_be_focused()
    hands.write(family_name)
    expect(hands.page.get_by_role("option")).to_have_text([re.compile(family_name)])
    hands.press("ArrowDown", "Enter")
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text(family_name)


def _sign(hands: Hands) -> None:
    hands.press("Control+Enter")
    panel = hands.page.get_by_role("dialog", name="Sign note")
    hands.tab_to("checkbox", re.compile("I have looked"), within=panel)
    hands.press("Space")
    hands.tab_to("button", "Sign note", within=panel)
    hands.press("Enter")
