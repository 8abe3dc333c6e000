"""Every call passes here: it is counted, offered to the script, and played as a rule says or served."""

import asyncio
import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.emulators.assemblyai import answers, wire
from tests.emulators.assemblyai.world import WORLD, World

# Kinds whose body is small, and is looked at before the rules are.
_WITH_JSON = {"submit", "chat", "understanding"}


def kind_of(request: web.Request) -> str | None:
    """The kind of a call, as rules name it; none for what is no vendor's endpoint."""
    name = request.match_info.route.name
    return name.split("-")[0] if name else None


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve, or play."""
    kind = kind_of(request)
    if kind is None:
        return await handler(request)
    world = request.app[WORLD]
    entry: dict[str, Any] = {
        "kind": kind,
        "method": request.method,
        "path": request.path_qs,
        "status": 0,
        "played": None,
    }
    world.requests.append(entry)
    if kind == "stream":
        # A stream's rules are about what comes after the upgrade, too: it plays them itself.
        answer = await handler(request)
        entry["status"] = answer.status
        return answer
    deed = world.script.due(kind, await _facts(world, kind, request)) or {}
    request["deed"], entry["played"] = deed, deed or None
    if deed.get("delay_s"):
        await asyncio.sleep(deed["delay_s"])
    if not deed.keys() & {"answer", "hang", "reset"}:
        answer = await _served(request, handler)
        if "job" in request:
            request["job"].was_told = answer.status == 200
    else:
        answer = await _played(request, handler, deed)
    entry["status"] = answer.status
    return answer


async def _served(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except answers.Refused as refused:
        await wire.read(request)
        return refused.answer()


async def _played(request: web.Request, handler: Handler, deed: dict[str, Any]) -> web.StreamResponse:
    if deed.get("effect"):
        await _served(request, handler)
    else:
        await wire.read(request, deed.get("after_bytes"))
    if deed.get("hang"):
        await wire.hang(request)
    if "answer" not in deed:
        wire.reset(request)
        return web.Response(status=499)
    answer = answers.scripted(deed["answer"])
    if deed.get("reset"):
        await answer.prepare(request)
        await answer.write_eof()
        wire.reset(request)
    return answer


async def _facts(world: World, kind: str, request: web.Request) -> dict[str, Any]:
    facts: dict[str, Any] = {"key": request.headers.get("authorization"), "path": request.path_qs}
    job = world.jobs.get(request.match_info.get("id", ""))
    if job is not None:
        return job.facts() | facts
    if kind in _WITH_JSON:
        try:
            facts["body"] = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            return facts
        if isinstance(facts["body"], dict) and isinstance(facts["body"].get("audio_url"), str):
            upload = world.upload_of(facts["body"]["audio_url"])
            facts["sha256"], facts["size"] = (upload.sha256, upload.size) if upload else (None, None)
    if kind == "upload":
        facts["size"] = request.content_length
    return facts
