"""Limits, through a real uvicorn, on a real Redis and without: the library's own tests pass where a server fails."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from scribe import events
from scribe.accounts.dependencies import COOKIE
from scribe.cli.embedded.redis import EmbeddedRedis
from scribe.core.clock import SystemClock
from scribe.core.ids import new_id
from scribe.core.settings import AppSettings, LimitSettings, RedisSettings, Settings
from scribe.http.app import create_app
from tests.fixtures.app import ORIGIN, ClientFor
from tests.fixtures.fakes import MemoryStore, RecordingBus, RecordingQueue
from tests.fixtures.people import MakeUser
from tests.http.conftest import Serve

MakeApp = Callable[..., FastAPI]


@pytest.fixture(params=["redis", "in_process"])
def counting(request: pytest.FixtureRequest) -> str:
    """Where requests are counted."""
    return str(request.param)


on_redis = pytest.mark.parametrize("counting", ["redis"])


@pytest.fixture
def limited(settings: Settings, session_factory: sessionmaker[Session], redis: EmbeddedRedis, counting: str) -> MakeApp:
    """An app with limits."""

    def make(**limits: Any) -> FastAPI:
        app = create_app(
            settings.model_copy(
                update={
                    "app": AppSettings(environment="embedded", public_url=ORIGIN, trusted_proxies="127.0.0.1"),
                    "redis": RedisSettings(redis_url=redis.url if counting == "redis" else ""),
                    "limits": LimitSettings(**limits),
                }
            )
        )
        app.state.session_factory = session_factory
        app.state.clock, app.state.store, app.state.queue = SystemClock(), MemoryStore(), RecordingQueue()
        app.state.events = RecordingBus()
        events.attach(session_factory, app.state.events)
        return app

    return make


def _browser(client: TestClient, url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Cookie": f"{COOKIE}={client.cookies[COOKIE]}", "Origin": ORIGIN})


def test_the_request_after_the_limit_is_refused_and_says_when_to_come_again(
    limited: MakeApp, serve: Serve, as_doctor: TestClient
) -> None:
    with serve(limited(rate_limit_consultations_list="3/60")) as url, _browser(as_doctor, url) as browser:
        browser.get("/api/session")
        answers = [browser.get("/api/consultations") for _ in range(5)]

        refused = answers[-1]

    # The first request of a session counts as its address's: the server does not know the cookie yet.
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert refused.json()["code"] == "rate_limited"
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_health_says_where_requests_are_counted(limited: MakeApp, serve: Serve, counting: str) -> None:
    with serve(limited()) as url:
        assert httpx.get(url + "/health").json()["limits"] == counting


def test_callers_and_routes_are_counted_apart(
    limited: MakeApp, serve: Serve, client_for: ClientFor, a_user: MakeUser
) -> None:
    with serve(limited(rate_limit_default="2/60")) as url:
        one, two = (_browser(client_for(a_user()), url) for _ in range(2))
        for browser in (one, two):
            browser.get("/api/consent-wording")

        statuses = {
            name: [browser.get(path).status_code for _ in range(3)]
            for name, browser, path in (
                ("one", one, "/api/templates"),
                ("two", two, "/api/templates"),
                ("one elsewhere", one, "/api/patients"),
            )
        }

    assert statuses == {"one": [200, 200, 429], "two": [200, 200, 429], "one elsewhere": [200, 200, 429]}


def test_addresses_of_one_route_share_its_limit(limited: MakeApp, serve: Serve, as_doctor: TestClient) -> None:
    with serve(limited(rate_limit_default="2/60")) as url, _browser(as_doctor, url) as browser:
        browser.get("/api/templates")
        answers = [browser.get(f"/api/patients/{number:032x}") for number in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]


def test_made_up_cookies_and_forwarded_addresses_give_no_fresh_allowance(limited: MakeApp, serve: Serve) -> None:
    app = limited(rate_limit_default="2/60")
    with serve(app) as url:
        cookies = [
            httpx.get(url + "/api/session", headers={"Cookie": f"{COOKIE}={number:032x}.token"}).status_code
            for number in range(3)
        ]
        # The proxy appends the true address; what the client wrote before it is not believed.
        claims = [
            httpx.get(url + "/api/session", headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.9"}).status_code
            for number in range(3)
        ]

    assert (cookies, claims) == ([401, 401, 429], [401, 401, 429])


def test_sign_in_is_limited_by_address_whatever_the_cookie(limited: MakeApp, serve: Serve) -> None:
    with serve(limited(rate_limit_sign_in="2/60")) as url:
        body = {"email": "nobody@clinic.example", "password": "wrong wrong wrong"}
        answers = [httpx.post(url + "/api/session", json=body, headers={"Origin": ORIGIN}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]


@on_redis
def test_while_redis_is_gone_there_are_no_limits_and_no_errors(
    limited: MakeApp, serve: Serve, redis: EmbeddedRedis
) -> None:
    with serve(limited(rate_limit_default="1/60")) as url:
        assert httpx.get(url + "/api/session").status_code == 401
        assert httpx.get(url + "/api/session").status_code == 429
        redis.stop()

        answers = [httpx.get(url + "/api/session").status_code for _ in range(3)]
        standing = httpx.get(url + "/health").json()["limits"]

    assert (answers, standing) == ([401, 401, 401], "off")


@on_redis
def test_a_redis_that_was_started_anew_is_taken_up_again(
    limited: MakeApp, serve: Serve, redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scribe.http.rate_limit._REST_SECONDS", 0)
    with serve(limited(rate_limit_default="1/60")) as url:
        httpx.get(url + "/api/session")
        redis.stop()
        httpx.get(url + "/api/session")
        assert redis.start()

        answers = [httpx.get(url + "/api/session").status_code for _ in range(2)]

    assert answers == [401, 429]


def test_a_crowd_of_webhooks_is_asked_to_come_again_and_not_sent_away(limited: MakeApp, serve: Serve) -> None:
    address = f"/api/hooks/assemblyai?clinic={new_id()}&job={new_id()}"
    with serve(limited(rate_limit_webhooks="2/60")) as url, httpx.Client(base_url=url) as vendor:
        answers = [vendor.post(address, json={}) for _ in range(3)]

    # A vendor takes any 4xx for "never again".
    assert [answer.status_code for answer in answers] == [401, 401, 503]
    assert answers[-1].json()["code"] == "crowded"
    assert int(answers[-1].headers["retry-after"]) > 0
