"""The screens that people pass on their way, each held still for a look."""

import re
from dataclasses import dataclass, replace

from playwright.sync_api import Page, expect

from scribe.cli.embedded.people import Person
from scribe.core.ids import new_id
from tests.journey import review, steps
from tests.journey.axe import Look

PHONE, DESKTOP = 390, 1280


@dataclass(frozen=True)
class Practice:
    """A doctor's list: two drafts, of which one waits for its patient, a signed note, and a failure."""

    doctor: Person
    draft: str
    unassigned: str
    signed: str
    failed: str


def is_phone(page: Page) -> bool:
    return page.viewport_size == {"width": PHONE, "height": 900}


def first_day(look: Look, page: Page, newcomer: Person) -> None:
    """Refused, signed in, a password of one's own, an empty list, a first recording."""
    page.goto("/login")
    look.at("sign-in", page, page.get_by_role("button", name="Sign in"))
    steps.give_password(page, Person("", "nobody@clinic.example", "doctor", "not the password"))
    look.at("sign-in refused", page, page.get_by_role("alert"))
    steps.give_password(page, newcomer)
    look.at("first password", page, page.get_by_role("heading", name="Choose a password of your own"))
    page.get_by_label("The password you were given").fill(newcomer.password)
    chosen = page.get_by_role("textbox", name="New password")
    chosen.fill("too short")
    page.get_by_role("button", name="Change password").click()
    look.at("password refused", page, page.get_by_text("Use at least 15 characters."))
    doctor = replace(newcomer, password=newcomer.password[::-1])
    chosen.fill(doctor.password)
    page.get_by_role("button", name="Change password").click()
    look.at("empty worklist", page, page.get_by_role("heading", name="No consultations yet"))
    _recording(look, page)


def daily_work(look: Look, page: Page, practice: Practice) -> None:
    """The list, the pages beside it, and what it leads to."""
    steps.sign_in(page, practice.doctor)
    _worklist(look, page, practice.doctor)
    _beside_the_list(look, page)
    _draft(look, page, practice.draft)
    _other_consultations(look, page, practice)


def _recording(look: Look, page: Page) -> None:
    """Before, while, paused, without a network, and behind the lock, under which it is left."""
    page.goto("/record")
    look.at("before recording", page, page.get_by_role("meter"))
    steps.start_recording(page)
    look.at("recording", page, page.get_by_role("button", name="Pause recording"))
    page.get_by_role("button", name="Finish").click()
    look.at("asked whether to finish", page, page.get_by_role("button", name="Finish and send"))
    page.get_by_role("button", name="Keep recording").click()
    page.get_by_role("button", name="Pause recording").click()
    look.at("paused", page, page.get_by_role("button", name="Resume recording"))
    page.get_by_role("button", name="Resume recording").click()
    if is_phone(page):
        page.get_by_role("button", name="Dim the screen").click()
        dark = page.get_by_role("button", name="Tap to light the screen")
        look.at("dimmed", page, dark)
        dark.click()
    page.get_by_role("link", name="Consultations").first.click()
    look.at("worklist while recording", page, page.get_by_role("region", name="Recorder"))
    page.context.set_offline(offline=True)
    look.at("recording without a network", page, page.get_by_text("No network."))
    page.context.set_offline(offline=False)
    steps.lock(page)
    look.at("locked while recording", page, page.get_by_role("region", name="Recorder"))


def _worklist(look: Look, page: Page, doctor: Person) -> None:
    look.at("worklist", page, page.get_by_role("button", name="Retry"))
    page.goto("/?q=nobody+of+this+name")
    look.at("nothing found", page, page.get_by_role("heading", name="Nothing found"))
    refusal = {"code": "rate_limited", "message": "Too many requests. Try again in a minute."}
    page.route("**/api/consultations?*", lambda route: route.fulfill(status=429, json=refusal))
    page.goto("/")
    look.at("worklist refused", page, page.get_by_role("alert").get_by_role("button", name="Retry"))
    page.unroute_all()
    steps.lock(page)
    look.at("locked", page, page.get_by_role("dialog", name="Locked"))
    steps.unlock(page, doctor)


def _beside_the_list(look: Look, page: Page) -> None:
    page.goto("/record?source=upload")
    look.at("upload", page, page.get_by_role("button", name="Choose a file"))
    page.get_by_label("Choose an audio file").set_input_files(
        {"name": "letter.mp3", "mimeType": "audio/mpeg", "buffer": b"Dear colleague, " * 20}
    )
    look.at("file refused", page, page.get_by_role("alert"))
    for path, heading in {"/settings": "Settings", "/more": "More", "/nowhere": "Page not found"}.items():
        page.goto(path)
        look.at(path, page, page.get_by_role("heading", level=1, name=heading))


def _draft(look: Look, page: Page, consultation_id: str) -> None:
    """A draft with all that opens over it, its transcript and its history."""
    page.goto(f"/consultations/{consultation_id}")
    look.at("draft", page, page.get_by_role("button", name=review.EVIDENCE).first)
    page.get_by_role("button", name=review.EVIDENCE).first.click()
    pinned = (
        page.get_by_role("dialog", name="Evidence")
        if is_phone(page)
        else page.get_by_role("button", name=review.EVIDENCE, pressed=True)
    )
    look.at("evidence", page, pinned)
    page.keyboard.press("Escape")
    if is_phone(page):
        page.get_by_role("tab", name="Transcript").click()
        look.at("transcript tab", page, page.get_by_role("region", name="Transcript"))
        page.get_by_role("tab", name="Note").click()
    page.get_by_role("button", name="Edit Plan").click()
    look.at("editing", page, page.get_by_role("textbox", name=re.compile("^Plan")))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Change patient").click()
    look.at("assigning", page, page.get_by_role("dialog").get_by_role("combobox", name="Patient"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sign note").click()
    look.at("sign panel", page, page.get_by_role("dialog", name="Sign note").get_by_role("checkbox"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    look.at("commands", page, page.get_by_role("textbox", name="Find a command"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    look.at("shortcuts", page, page.get_by_role("dialog", name="Keyboard shortcuts"))
    for path, heading in {"transcript": "Transcript", "history": "History of the note"}.items():
        page.goto(f"/consultations/{consultation_id}/{path}")
        look.at(path, page, page.get_by_role("heading", level=1, name=heading))


def _other_consultations(look: Look, page: Page, practice: Practice) -> None:
    page.goto(f"/consultations/{practice.failed}")
    look.at("failed", page, page.get_by_role("alert").get_by_role("button", name="Retry"))
    page.goto(f"/consultations/{practice.signed}")
    look.at("signed", page, page.get_by_text(re.compile("Signed by")))
    page.goto(f"/consultations/{new_id()}")
    look.at("no such consultation", page, page.get_by_role("heading", name="Page not found"))


def administration(look: Look, page: Page, admin: Person) -> None:
    """Everybody's consultations, who may sign in, and what the clinic chose."""
    steps.sign_in(page, admin)
    look.at("all doctors' worklist", page, page.get_by_role("link", name=re.compile("Draft|Signed")).first)
    page.goto("/people")
    look.at("people", page, page.get_by_text(admin.email))
    page.get_by_role("button", name="Add person").click()
    look.at("adding a person", page, page.get_by_role("dialog").get_by_role("textbox", name="Name"))
    page.goto("/clinic")
    look.at("the clinic's choices", page, page.get_by_role("heading", name="Budget"))
