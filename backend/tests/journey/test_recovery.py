"""kill -9 of the browser in the middle of a recording: what it had saved is found again, sent, and whole."""

import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.journey.conftest import CHROMIUM, QUIET, microphone_flags
from tests.journey.product import Product

RECORDED_S = 12.0
# The red button promises that at most two seconds are lost.
LOST_AT_MOST_S = 2.0
# EBML, OpusHead and the Matroska cluster: any of them in the profile would be audio on the disk in the clear.
AUDIO_MAGIC = (b"\x1a\x45\xdf\xa3", b"OpusHead", b"\x1f\x43\xb6\x75")


def open_profile(playwright: Playwright, product: Product, profile: Path, microphone: Path) -> BrowserContext:
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=[*QUIET, *microphone_flags(microphone)],
        base_url=product.url,
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(30_000)
    return context


def sign_in(page: Page, product: Product) -> None:
    doctor = product.person("Ellis")
    page.goto("/login")
    page.get_by_label("Email").fill(doctor.email)
    page.get_by_label("Password", exact=True).fill(doctor.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)


def start_recording(page: Page) -> str:
    """Press the red button; gives the recording's id."""
    page.goto("/record")
    page.get_by_label("agreed, in spoken words").check()
    with page.expect_response("**/api/consultations/start") as started:
        page.get_by_role("button", name="Start recording").click()
    page.get_by_role("button", name="Pause recording").wait_for()
    recording_id: str = started.value.json()["recording"]["recording_id"]
    return recording_id


def kill_browser(profile: Path) -> None:
    """kill -9 of the browser process of this profile, and of what it started."""
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if f"--user-data-dir={profile}" in line and not any(word.startswith("--type=") for word in line):
            family = [process, *process.children(recursive=True)]
            for member in family:
                member.kill()
            psutil.wait_procs(family, timeout=10)
            return
    raise LookupError(profile)


def files_with_audio(profile: Path) -> list[str]:
    """Files of the profile's storage in which something looks like audio."""
    storage = profile / "Default" / "IndexedDB"
    found = [path for path in storage.rglob("*") if path.is_file()]
    assert found, "nothing was saved at all"
    return [str(path) for path in found if any(magic in path.read_bytes() for magic in AUDIO_MAGIC)]


def held_by_server(page: Page, recording_id: str) -> dict[str, Any]:
    answer = page.request.get(f"/api/recordings/{recording_id}")
    assert answer.ok
    recording: dict[str, Any] = answer.json()
    return recording


def assembled(page: Page, recording_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        recording = held_by_server(page, recording_id)
        if recording["duration_ms"] is not None:
            return recording
        page.wait_for_timeout(500)
    raise AssertionError("the recording was not assembled")


@pytest.mark.parametrize("is_offline", [False, True], ids=["online", "offline"])
def test_a_killed_browser_loses_at_most_two_seconds(
    playwright: Playwright, product: Product, microphone: Path, tmp_path: Path, *, is_offline: bool
) -> None:
    profile = tmp_path / "profile"
    context = open_profile(playwright, product, profile, microphone)
    page = context.pages[0]
    sign_in(page, product)
    recording_id = start_recording(page)
    red_at = time.monotonic()
    context.set_offline(is_offline)
    page.wait_for_timeout(RECORDED_S * 1000)
    recorded_s = time.monotonic() - red_at
    kill_browser(profile)

    assert files_with_audio(profile) == []

    again = open_profile(playwright, product, profile, microphone)
    page = again.pages[0]
    sign_in(page, product)
    unsent = page.get_by_role("region", name="Unsent recordings")
    expect(unsent).to_contain_text("Unsent recording from")
    unsent.get_by_role("button", name="Send").click()
    expect(unsent).to_be_hidden()
    recording = assembled(page, recording_id)

    assert recording["sealed_by"] == "client"
    assert recorded_s - recording["duration_ms"] / 1000 <= LOST_AT_MOST_S
    page.goto("/record")
    expect(page.get_by_role("heading", name="Record")).to_be_visible()
    expect(unsent).to_be_hidden()
    again.close()
