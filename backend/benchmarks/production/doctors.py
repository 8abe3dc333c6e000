"""A clinic with many doctors, each signed in through the front door, each with a consultation that is recorded."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.production.site import Site
from scribe.accounts import queries, service
from scribe.accounts.models import Role
from scribe.audit import service as audit
from scribe.cli.environment import keyring_of
from scribe.core.ids import new_id
from scribe.core.settings import load
from scribe.db.session import enter_clinic, make_engine, make_session_factory

_PASSWORD = "harbour-lantern-quartz-81"
# Passwords are slow to check, on purpose.
_AT_ONCE = 4


@dataclass(frozen=True)
class Doctor:
    """Somebody who records."""

    cookie: str
    consultation_id: str
    recording_id: str
    upload_token: str


def add(site: Site, count: int) -> list[str]:
    """Doctors of the demo's clinic, by the service's own rules; their addresses."""
    before = dict(os.environ)
    os.environ.update(site.settings)
    try:
        settings = load()
    finally:
        os.environ.clear()
        os.environ.update(before)
    engine = make_engine(settings.database)
    emails = [f"doctor{new_id().hex}@clinic.example" for _ in range(count)]
    try:
        for email in emails:
            with make_session_factory(engine, keyring_of(settings)).begin() as session:
                enter_clinic(session, queries.clinic_ids(session)[0])
                audit.act_as(session, audit.Actor("system", None))
                service.create_user(
                    session,
                    email=email,
                    full_name=f"Dr {email[6:14].title()}",
                    role=Role.DOCTOR,
                    password=_PASSWORD,
                    must_change_password=False,
                )
    finally:
        engine.dispose()
    return emails


async def start_all(client: aiohttp.ClientSession, site: Site, emails: list[str]) -> list[Doctor]:
    """Sign all of them in, and let each start a consultation."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(email: str) -> Doctor:
        async with gate:
            return await _start(client, site, email)

    return await asyncio.gather(*(one(email) for email in emails))


async def _start(client: aiohttp.ClientSession, site: Site, email: str) -> Doctor:
    headers = {"Origin": site.url}
    words = {"email": email, "password": _PASSWORD}
    async with client.post(f"{site.url}/api/session", json=words, headers=headers) as answer:
        answer.raise_for_status()
        headers["Cookie"] = answer.headers["Set-Cookie"].split(";", 1)[0]
    async with client.get(f"{site.url}/api/consent-wording", headers=headers) as answer:
        answer.raise_for_status()
        wording = await answer.json()
    body = {
        "idempotency_key": str(new_id()),
        "template_key": "soap",
        "consent": {"method": "verbal", "wording_version": wording["version"]},
    }
    async with client.post(f"{site.url}/api/consultations/start", json=body, headers=headers) as answer:
        answer.raise_for_status()
        started = await answer.json()
    grant = started["recording"]
    return Doctor(headers["Cookie"], started["consultation"]["id"], grant["recording_id"], grant["upload_token"])


def load_with(
    site: Site, emails: list[str], act: Callable[[aiohttp.ClientSession, list[Doctor]], Coroutine[Any, Any, None]]
) -> None:
    """Start all, and let `act` make its load, on connections that stay open as a browser's do."""

    async def run() -> None:
        connector = aiohttp.TCPConnector(limit=0, ssl=site.trust, keepalive_timeout=60)
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
        ) as client:
            await act(client, await start_all(client, site, emails))

    asyncio.run(run())
