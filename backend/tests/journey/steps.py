"""What a doctor does, in the browser, by the names that they see: from sign-in to the recording's end."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import AUDIO, Client, upload
from tests.journey.product import Product
from tests.waiting import wait_until

PROCESSING_MS = 180_000
REVIEW = re.compile(r"/consultations/([0-9a-f-]{36})$")


def sign_in(page: Page, person: Person) -> None:
    """From the sign-in page to the worklist."""
    page.goto("/login")
    give_password(page, person)
    expect(page.get_by_role("heading", level=1, name="Consultations")).to_be_visible()


def come_back(page: Page, person: Person) -> None:
    """To the worklist of a browser that may or may not have kept who was signed in before it was killed."""
    page.goto("/")
    worklist = page.get_by_role("heading", level=1, name="Consultations")
    expect(worklist.or_(page.get_by_role("heading", level=1, name="Sign in"))).to_be_visible()
    if not worklist.is_visible():
        give_password(page, person)
    expect(worklist).to_be_visible()


def give_password(page: Page, person: Person) -> None:
    """On the sign-in page: who one is."""
    page.get_by_label("Email").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()


def give_consent(page: Page) -> None:
    """The patient's yes, without which nothing starts."""
    page.get_by_role("radio", name="agreed, in spoken words").check()


def start_recording(page: Page) -> str:
    """To the record page, consent given, and the button turned red; the recording's id."""
    page.goto("/record")
    give_consent(page)
    with page.expect_response("**/api/consultations/start") as started:
        page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Pause recording")).to_be_visible()
    return str(started.value.json()["recording"]["recording_id"])


@dataclass(frozen=True)
class Recorded:
    """Whole seconds, as the record page shows them."""

    timer: int
    on_device: int
    on_server: int


def recorded(page: Page) -> Recorded:
    """What the record page says of the running recording."""
    running = page.get_by_role("region", name="Recording in progress")
    read = (
        "view => [view.querySelector('p > span[aria-hidden]'), ...view.querySelectorAll('dd')].map(e => e.textContent)"
    )
    return Recorded(*map(seconds, running.evaluate(read)))


def record_until(page: Page, on_device: int) -> None:
    """Go on recording, on the record page, until so many seconds are saved."""
    patience = 120 + 2 * on_device
    wait_until(lambda: recorded(page).on_device >= on_device, f"{on_device} s are saved", seconds=patience)


def seconds(shown: str) -> int:
    """ "01:20" as a number."""
    total = 0
    for part in shown.split(":"):
        total = 60 * total + int(part)
    return total


def finish_recording(page: Page) -> None:
    """Finish, confirm, and arrive at the consultation."""
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_url(REVIEW)


def lock(page: Page) -> None:
    """Lock the screen, as one does before leaving the desk."""
    account = page.get_by_role("button", name=re.compile("^Account of"))
    if account.is_visible():
        account.click()
        page.get_by_role("menuitem", name="Lock screen").click()
    else:
        page.get_by_role("link", name="More").click()
        page.get_by_role("button", name="Lock screen").click()
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()


def unlock(page: Page, person: Person) -> None:
    """Lift the lock with the password."""
    overlay = page.get_by_role("dialog", name="Locked")
    overlay.get_by_role("textbox", name="Password").fill(person.password)
    overlay.get_by_role("button", name="Unlock").click()
    expect(overlay).to_be_hidden()


def client_of(product: Product, name: str) -> Client:
    """The API, as one of the demo's people."""
    return Client(product.url, product.person(name))


def fetch(page: Page, path: str) -> Any:
    """An answer of the API, with the page's own session."""
    answer = page.request.get(path)
    assert answer.ok, (path, answer.status)
    return answer.json()


def upload_sample(client: Client, family_name: str) -> str:
    """The sample's audio once more, for another patient, drafted."""
    patient = {"given_name": "Sam", "family_name": family_name}
    consultation_id = upload(client, AUDIO.read_bytes(), patient=patient, template_key="soap")
    return _wait_until_ready(client, lambda item: item["id"] == consultation_id)


def wait_for_sample(client: Client) -> str:
    """The sample consultation's id, once it is drafted."""
    return _wait_until_ready(client, lambda item: (item["patient"] or {}).get("identifier") == "SAMPLE-001")


def _wait_until_ready(client: Client, is_it: Callable[[dict[str, Any]], bool]) -> str:
    found: list[str] = []

    def is_ready() -> bool:
        items = client.call("GET", "/api/consultations")["items"]
        found.extend(item["id"] for item in items if is_it(item) and item["status"] in {"ready", "signed"})
        return bool(found)

    wait_until(is_ready, "the consultation is drafted", seconds=PROCESSING_MS / 1000, every=1)
    return found[0]
