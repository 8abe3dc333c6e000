"""A doctor's own wording: learned from two signed notes, seen in the third, and taken out in the settings."""

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from tests.journey import people, steps
from tests.journey.axe import Look
from tests.journey.conftest import OpenPage
from tests.journey.product import Product
from tests.journey.screens import DESKTOP, PHONE
from tests.waiting import wait_until

WORDING = "“pt” instead of “patient”"


def _sign_in_own_words(client: Client, consultation_id: str) -> None:
    """Write `Pt` wherever the draft says `Patient`, and sign."""
    path = f"/api/consultations/{consultation_id}/note"
    note = client.call("GET", path)
    for section in note["sections"]:
        text = "\n".join(sentence["text"].replace("Patient ", "Pt ") for sentence in section["sentences"])
        headers = {"If-Match": f'"{note["version"]}"'}
        note = client.call("PUT", f"{path}/sections/{section['key']}", json={"text": text}, headers=headers)
    steps.sign_over_api(client, consultation_id)


@pytest.fixture(scope="module")
def doctor(scripted: Product) -> Person:
    """A doctor who has signed two notes in their own words."""
    person = people.doctor(scripted, "Dr Ida Holm")
    client = Client(scripted.url, person)
    for family_name in ("First", "Second"):
        _sign_in_own_words(client, steps.upload_scripted(client, family_name))
    wait_until(lambda: client.call("GET", "/api/account/writing-preferences"), "a wording is learned")
    return person


@pytest.fixture(scope="module")
def third_id(scripted: Product, doctor: Person) -> str:
    """The draft after these."""
    return steps.upload_scripted(Client(scripted.url, doctor), "Third")


@pytest.mark.journey
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    scripted: Product,
    open_page: OpenPage,
    doctor: Person,
    third_id: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    look = Look()
    viewport = {"width": width, "height": 900}
    page = open_page(scripted, color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    steps.sign_in(page, doctor)

    page.goto(f"/consultations/{third_id}")
    look.at("draft in one's own wording", page, page.get_by_text("wording: your preference").first)
    page.goto("/settings")
    look.at("learned wordings", page, page.get_by_text(WORDING))

    assert look.found == {}


@pytest.mark.journey
def test_the_third_draft_is_worded_so_and_the_wording_can_be_removed(
    scripted: Product, open_page: OpenPage, doctor: Person, third_id: str
) -> None:
    page = open_page(scripted)
    steps.sign_in(page, doctor)
    page.goto(f"/consultations/{third_id}")
    line = page.get_by_role("listitem").filter(has_text="Pt is allergic to penicillin")
    expect(line.get_by_text("wording: your preference")).to_be_visible()
    expect(line.get_by_role("button", name=re.compile("^Evidence at")).first).to_be_visible()

    page.goto("/settings")
    wordings = page.get_by_role("region", name="Learned wordings")
    expect(wordings.get_by_text("learned from 2 notes")).to_be_visible()
    wordings.get_by_role("button", name=f"Remove: {WORDING}").click()

    wordings.get_by_text(re.compile("^Removed, and not learned again")).click()
    expect(wordings.get_by_role("button", name=f"Use again: {WORDING}")).to_be_visible()
    page.reload()
    expect(wordings.get_by_text("Nothing is learned yet.")).to_be_visible()
