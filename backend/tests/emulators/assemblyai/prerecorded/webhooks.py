"""Telling a client that its transcript has ended: as often as its answer asks for, and as wrongly as a script wants."""

import asyncio
import ipaddress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.emulators.assemblyai.prerecorded.jobs import Attempt, Job
from tests.emulators.assemblyai.world import World

_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "python-requests/2.32.3",
}
REDACTED_URL = "https://s3.us-west-2.amazonaws.com/redacted-audio/{}.mp3"


async def tell(world: World, job: Job) -> None:
    """All deliveries of a job that has ended."""
    if not job.request.get("webhook_url") or job.was_cut_short:
        return
    plan = job.webhook_plan or {}
    for delivery in plan.get("deliveries", [{}]):
        if delivery.get("after") == "delete":
            await job.deleted.wait()
        if delivery.get("delay_s"):
            await asyncio.sleep(delivery["delay_s"])
        await deliver(world, job, delivery)
    if job.request.get("redact_pii_audio") and job.status == "completed":
        redacted = {"status": "redacted_audio_ready", "redacted_audio_url": REDACTED_URL.format(job.id)}
        await deliver(world, job, {"body": redacted})


async def deliver(world: World, job: Job, delivery: dict[str, Any]) -> None:
    """One delivery: again after a 5xx or silence, never again after a 2xx or 4xx."""
    body = delivery.get("body") or {
        "transcript_id": delivery.get("transcript_id", job.id),
        "status": delivery.get("status", job.status),
    }
    auth = delivery.get("auth", "right")
    headers = _HEADERS | _auth(job, auth)
    for attempt in range(world.options.webhook_attempts):
        if attempt:
            await asyncio.sleep(world.options.webhook_retry_s)
        status = await _post(job.request["webhook_url"], headers, body, world.options.webhook_timeout_s)
        job.webhooks.append(Attempt(body, auth if isinstance(auth, str) else "given", status))
        job.webhook_status_code = status or None
        job.told.set()
        if status is None or 200 <= status < 300 or 400 <= status < 500:
            return


def _auth(job: Job, auth: Any) -> dict[str, str]:
    name, value = job.request.get("webhook_auth_header_name"), job.request.get("webhook_auth_header_value")
    if isinstance(auth, dict):
        return {str(auth["name"]): str(auth["value"])}
    if not name or not value or auth == "missing":
        return {}
    return {name: "not-the-value" if auth == "wrong" else value}


async def _post(url: str, headers: dict[str, str], body: dict[str, Any], seconds: float) -> int | None:
    if not is_loopback(url):
        return None
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds), trust_env=False) as http,
            http.post(url, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status
    except (aiohttp.ClientError, OSError, TimeoutError):
        return 0


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine: no name but localhost is looked up."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
