"""A service that is asked too much puts all else off before the chunks of recordings."""

import pytest
from fastapi import FastAPI

from scribe.core.ids import new_id
from scribe.http.crowd import Lane, refused_requests_total
from tests.recordings.conftest import Browser
from tests.recordings.media import a_file

FULL = {"at_once": 0, "in_line": 0}


@pytest.fixture
def live() -> bytes:
    return a_file("webm", 1)


def test_while_questions_are_refused_chunks_are_kept(browser: Browser, app: FastAPI, live: bytes) -> None:
    app.state.crowd.ordinary = Lane(**FULL)

    asked = browser.client.get("/api/consultations")
    browser.send(live)
    sealed = browser.seal()

    assert (asked.status_code, asked.json()["code"]) == (429, "busy")
    assert int(asked.headers["retry-after"]) > 0
    assert sealed.status_code == 200


def test_what_fills_the_line_while_a_request_is_on_its_way_is_refused_as_well(browser: Browser, app: FastAPI) -> None:
    # Not yet full when it came in, and full when its turn should be taken.
    class Filling(Lane):
        @property
        def is_full(self) -> bool:
            self.looks = getattr(self, "looks", 0) + 1
            return self.looks > 1

    app.state.crowd.ordinary = Filling(at_once=1, in_line=0)

    asked = browser.client.get("/api/consultations")

    assert (asked.status_code, asked.json()["code"]) == (429, "busy")
    assert int(asked.headers["retry-after"]) > 0


def test_who_is_refused_is_counted_and_told_as_little_as_any_other(browser: Browser, app: FastAPI) -> None:
    app.state.crowd.ordinary = Lane(**FULL)
    before = refused_requests_total._value.get()

    asked = browser.client.get("/api/consultations")

    assert refused_requests_total._value.get() == before + 1
    assert asked.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in asked.headers["content-security-policy"]


def test_health_is_answered_by_a_service_that_refuses_questions(browser: Browser, app: FastAPI) -> None:
    app.state.crowd.ordinary = app.state.crowd.recording = Lane(**FULL)

    assert browser.client.get("/health/live").status_code == 200


def test_a_vendor_is_told_to_come_back(browser: Browser, app: FastAPI) -> None:
    app.state.crowd.ordinary = Lane(**FULL)

    told = browser.client.post(f"/api/hooks/assemblyai?clinic={new_id()}&job={new_id()}", json={})

    # Any 4xx would end its delivery for good.
    assert (told.status_code, told.json()["code"]) == (503, "busy")


def test_where_even_chunks_are_too_many_the_browser_is_told_when_to_send_again(
    browser: Browser, app: FastAPI, live: bytes
) -> None:
    app.state.crowd.recording = Lane(**FULL)

    refused = browser.put(0, live)
    app.state.crowd.recording = Lane(at_once=1, in_line=0)

    assert (refused.status_code, refused.json()["code"]) == (429, "busy")
    assert browser.put(0, live).status_code == 200
    # The first one's place is free again.
    assert browser.put(1, live).status_code == 200


def test_an_answer_gives_its_place_back_whether_it_is_good_or_not(browser: Browser, app: FastAPI) -> None:
    app.state.crowd.ordinary = Lane(at_once=1, in_line=0)

    statuses = [browser.client.get(f"/api/consultations/{new_id()}").status_code for _ in range(3)]

    assert statuses == [404, 404, 404]
    assert browser.client.get("/api/consultations").status_code == 200
