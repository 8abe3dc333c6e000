"""One sender takes no more than their share of the service."""

import asyncio
import hashlib
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response

from scribe.core.errors import Busy
from scribe.core.ids import new_id
from scribe.http.crowd import refused_requests_total
from scribe.recordings import endpoints
from scribe.recordings.shares import Shares
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Browser
from tests.recordings.media import a_file

# Longer than any machine takes: only what would hang for ever meets it.
PATIENCE = 60


@pytest.fixture
def live() -> bytes:
    return a_file("webm", 1)


def test_who_has_their_share_under_way_is_refused_and_others_are_not() -> None:
    shares, one, other = Shares(at_once=2), new_id(), new_id()

    with shares.taken_by(one), shares.taken_by(one):
        with pytest.raises(Busy), shares.taken_by(one):
            pass
        with shares.taken_by(other):
            pass
    with shares.taken_by(one), shares.taken_by(one):
        pass


def test_a_share_is_more_than_browsers_send_at_once() -> None:
    shares, who = Shares(), new_id()

    taken = [shares.taken_by(who) for _ in range(40)]
    for each in taken:
        each.__enter__()

    with pytest.raises(Busy), shares.taken_by(who):
        pass


@pytest.mark.parametrize("what", ["chunk", "seal"])
def test_while_a_senders_share_is_under_way_they_are_told_when_to_send_again(
    browser: Browser,
    app: FastAPI,
    live: bytes,
    store: MemoryStore,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    app.state.shares = Shares(at_once=1)
    before, put = refused_requests_total._value.get(), store.put
    told: list[Response] = []

    def meanwhile(key: str, body: bytes) -> None:
        monkeypatch.setattr(store, "put", put)
        told.append(browser.put(1, live) if what == "chunk" else browser.seal())
        put(key, body)

    monkeypatch.setattr(store, "put", meanwhile)
    browser.send(live)

    assert [(answer.status_code, answer.json()["code"]) for answer in told] == [(429, "busy")]
    assert int(told[0].headers["retry-after"]) > 0
    assert refused_requests_total._value.get() == before + 1
    # The first one's place is free again.
    browser.send(live)
    assert browser.seal().status_code == 200


def test_a_chunk_that_never_arrives_is_given_up_and_gives_its_place_back(
    browser: Browser, app: FastAPI, live: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.state.shares = Shares(at_once=1)
    monkeypatch.setattr(endpoints, "_BODY_SECONDS", 0)

    status = asyncio.run(asyncio.wait_for(_stalled(app, browser, live), PATIENCE))
    monkeypatch.undo()

    assert status == 408
    assert browser.put(0, live).status_code == 200


async def _stalled(app: FastAPI, browser: Browser, body: bytes) -> int:
    """The status of a chunk of which only the first half is ever sent."""
    path = f"/api/recordings/{browser.recording_id}/segments/0/chunks/0"
    headers = {"host": "testserver", "x-chunk-sha256": hashlib.sha256(body).hexdigest(), **browser.token}
    scope: dict[str, Any] = {
        "type": "http",
        "method": "PUT",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    parts = [{"type": "http.request", "body": body[: len(body) // 2], "more_body": True}]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop()
        return await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)  # type: ignore[arg-type]
    return statuses[0]
