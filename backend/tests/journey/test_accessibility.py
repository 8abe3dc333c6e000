"""axe finds nothing on any route and in none of the states that a doctor meets: light and dark, desktop and phone."""

from typing import Literal

import pytest
from playwright.sync_api import Page

from scribe.cli.embedded.sample import Client, upload
from tests.journey import people, screens
from tests.journey.axe import Look, routes
from tests.journey.conftest import OpenPage
from tests.journey.product import Product
from tests.journey.screens import DESKTOP, PHONE, Practice
from tests.journey.sounds import beginning
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def practice(scripted: Product) -> Practice:
    doctor = people.doctor(scripted, "Dr Uma Castell")
    client = Client(scripted.url, doctor)
    audio = dict.fromkeys(("draft", "unassigned", "signed"), beginning("ogg", 10)) | {"failed": b"OggS" + bytes(4000)}
    ids = {
        name: upload(client, held, patient={"given_name": "Ada", "family_name": name.title()}, template_key="soap")
        for name, held in audio.items()
    }

    def states() -> list[str]:
        return [client.call("GET", f"/api/consultations/{each}")["status"] for each in ids.values()]

    wait_until(lambda: states() == ["ready"] * 3 + ["failed"], "three drafts and a failure", every=0.5)
    body = {"acknowledge_open_items": True}
    path = f"/api/consultations/{ids['signed']}/note/sign"
    client.call("POST", path, json=body, headers={"If-Match": '"1"'})
    client.call("PATCH", f"/api/consultations/{ids['unassigned']}", json={"patient_id": None})
    return Practice(doctor, **ids)


@pytest.mark.journey
@pytest.mark.timeout(900)
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    scripted: Product, practice: Practice, open_page: OpenPage, scheme: Literal["light", "dark"], width: int
) -> None:
    look = Look()

    def page() -> Page:
        viewport = {"width": width, "height": 900}
        return open_page(scripted, color_scheme=scheme, viewport=viewport, reduced_motion="reduce")

    screens.first_day(look, page(), people.newcomer(scripted, "Dr Neo Lindqvist"))
    screens.daily_work(look, page(), practice)
    screens.administration(look, page(), scripted.person("Okafor"))

    assert look.found == {}
    assert look.seen == routes()
