"""The audio store goes away while a doctor records, and comes back: a real S3 server, killed or stopped.

The time-outs are the product's own. The store is away for as long as each kind of try takes; longer shows no more.
"""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from fastapi.testclient import TestClient

from tests.recordings.conftest import Browser
from tests.recordings.media import a_file
from tests.storage.conftest import Seaweed
from tests.waiting import wait_until

SLICES = 8


def slices() -> list[bytes]:
    """A recording, as a browser sends it."""
    whole = a_file("webm", 3)
    size = -(-len(whole) // SLICES)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def refuse(browser: Browser, number: int, body: bytes) -> None:
    """The chunk is not taken, in words that let the browser keep it and come again."""
    answer = browser.put(number, body)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable"), answer.text


def test_a_store_that_was_killed_loses_nothing_and_the_recording_goes_on(browser: Browser, seaweed: Seaweed) -> None:
    first, later = slices()[:4], slices()[4:]
    browser.send(*first)

    seaweed.kill()
    for number, body in enumerate(later):
        refuse(browser, len(first) + number, body)
    # Nor is it closed with less than there was: what was acknowledged cannot be read now, and is not taken for lost.
    answer = browser.seal()
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    seaweed.start()

    browser.send(*later)
    assert browser.seal().status_code == 200


def test_a_store_that_hangs_holds_up_nothing_but_what_needs_it(
    browser: Browser, as_doctor: TestClient, seaweed: Seaweed
) -> None:
    first, later = slices()[:4], slices()[4:]
    browser.send(*first)
    begun = threading.Event()

    def put() -> None:
        begun.set()
        refuse(browser, len(first), later[0])

    with stopped(seaweed), ThreadPoolExecutor(1) as elsewhere:
        refused = elsewhere.submit(put)
        assert begun.wait(60)
        assert as_doctor.get("/api/consultations").status_code == 200
        assert as_doctor.get("/health/ready").status_code == 200
        assert not refused.done()
        refused.result(timeout=300)

    wait_until(lambda: browser.put(len(first), later[0]).status_code == 200, "the store to be well")
    browser.send(*later)
    assert browser.seal().status_code == 200


@contextmanager
def stopped(seaweed: Seaweed) -> Iterator[None]:
    """It takes connections, and answers nothing."""
    process = seaweed._process
    assert process is not None
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGCONT)
