"""/v2/transcript: create, get, delete, list."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.emulators.assemblyai import answers
from tests.emulators.assemblyai.answers import Refused
from tests.emulators.assemblyai.prerecorded import requests, results, running
from tests.emulators.assemblyai.prerecorded.jobs import Job, Life
from tests.emulators.assemblyai.world import WORLD, World

# A GET whose count opens a gate answers what the job has become, if it becomes it within this.
_SETTLE_S = 5.0
_MOST, _USUAL = 200, 10


async def submit(request: web.Request) -> web.Response:
    """An accepted job, not a result."""
    world = request.app[WORLD]
    project = world.keys.of(request)
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Refused(400, "Invalid JSON body") from error
    asked = requests.check(world, project, body)
    upload = world.upload_of(asked["audio_url"])
    job = Job(project.key, asked, upload, Life(**(request["deed"].get("job") or {})))
    if asked.get("webhook_url"):
        job.webhook_plan = world.script.due("webhook", job.facts())
    world.jobs[job.id] = job
    running.admit(world, job)
    accepted = results.shown(job)
    world.go(running.run(world, job))
    if (job.webhook_plan or {}).get("early"):
        await job.told.wait()
    request["job"] = job
    return answers.ok(accepted)


async def get(request: web.Request) -> web.Response:
    """The transcript as it is now."""
    job = find(request)
    body = await _poll(job) if not job.has_ended else results.shown(job)
    if job.has_ended and job.lagged < job.life.lag_polls:
        body = results.shown(job)
        job.lagged += 1
    return answers.ok(body)


async def _poll(job: Job) -> dict[str, Any]:
    """Count this GET. "Queued for n polls" means that n GETs see it queued, and the next one what comes after."""
    last = job.polls >= job.life.queued_polls + job.life.processing_polls
    if job.is_by_polls and last and not job.life.forever:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(job.done.wait(), _SETTLE_S)
    body = results.shown(job)
    job.polls += 1
    job.polled.set()
    # The runner moves on before the next GET is answered.
    await asyncio.sleep(0)
    return body


async def delete(request: web.Request) -> web.Response:
    """Scrub: again is fine, and there is no way back."""
    job = find(request)
    if not job.is_deleted:
        job.is_deleted = True
        job.deleted.set()
        if job.upload is not None:
            job.upload.delete()
        if not job.has_ended:
            # Undocumented. Here the job ends with it, and says nothing any more.
            job.status, job.was_cut_short = "completed", True
            job.released.set()
            job.polled.set()
    return answers.ok(results.shown(job))


async def listing(request: web.Request) -> web.Response:
    """Newest first, page by page; what was deleted stays."""
    world = request.app[WORLD]
    project = world.keys.of(request)
    query = request.query
    limit = _limit(query.get("limit"))
    mine = [job for job in reversed(world.jobs.values()) if job.key == project.key]
    found = list(_wanted(mine, query))
    before, after = query.get("before_id"), query.get("after_id")
    places = {job.id: at for at, job in enumerate(found)}
    for given in (before, after):
        if given is not None and given not in places:
            raise Refused(400, answers.NO_SUCH_TRANSCRIPT)
    if before is not None:
        page = found[places[before] + 1 :][:limit]
    elif after is not None:
        page = found[max(0, places[after] - limit) : places[after]]
    else:
        page = found[:limit]
    return answers.ok({"page_details": _page(request, found, page, limit), "transcripts": _items(request, page)})


def find(request: web.Request) -> Job:
    """The caller's transcript. Unknown ids are 400, another account's 404."""
    world: World = request.app[WORLD]
    project = world.keys.of(request)
    job = world.jobs.get(request.match_info["id"])
    if job is None:
        raise Refused(400, answers.NO_SUCH_TRANSCRIPT)
    if job.key != project.key:
        owner = world.keys.find(job.key)
        same = owner is not None and owner.account == project.account
        raise Refused(400 if same else 404, answers.NO_SUCH_TRANSCRIPT)
    return job


def _limit(given: str | None) -> int:
    try:
        limit = int(given or _USUAL)
    except ValueError:
        limit = 0
    if not 1 <= limit <= _MOST:
        raise Refused(400, f"limit must be between 1 and {_MOST}")
    return limit


def _wanted(jobs: list[Job], query: Any) -> Iterator[Job]:
    for job in jobs:
        if str(query.get("throttled_only", "")).lower() == "true":
            if job.throttled:
                yield job
            continue
        if query.get("status") not in (None, "completed" if job.is_deleted else job.status):
            continue
        if query.get("created_on") in (None, job.created.date().isoformat()):
            yield job


def _page(request: web.Request, found: list[Job], page: list[Job], limit: int) -> dict[str, Any]:
    base = f"{request.scheme}://{request.host}/v2/transcript"
    kept = {name: value for name, value in request.query.items() if name not in ("before_id", "after_id")}
    kept["limit"] = str(limit)
    older = page and page[-1] is not found[-1]
    newer = page and page[0] is not found[0]
    return {
        "limit": limit,
        "result_count": len(page),
        "current_url": str(request.url),
        "prev_url": f"{base}?{urlencode(kept | {'before_id': page[-1].id})}" if older else None,
        "next_url": f"{base}?{urlencode(kept | {'after_id': page[0].id})}" if newer else None,
    }


def _items(request: web.Request, page: list[Job]) -> list[dict[str, Any]]:
    base = f"{request.scheme}://{request.host}/v2/transcript"
    return [
        {
            "id": job.id,
            "resource_url": f"{base}/{job.id}",
            "status": "completed" if job.is_deleted else job.status,
            "created": job.created.replace(tzinfo=None).isoformat(),
            "completed": job.completed.replace(tzinfo=None).isoformat() if job.completed else None,
            "audio_url": results.DELETED_URL if job.is_deleted else job.request["audio_url"],
            "error": None if job.is_deleted else job.error,
        }
        for job in page
    ]
