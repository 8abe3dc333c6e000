"""/_emulator/...: what a test or a hand tells the emulator, and what it asks."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.emulators.assemblyai.prerecorded import webhooks
from tests.emulators.assemblyai.scripting import rules
from tests.emulators.assemblyai.scripting.scenes import SCENES
from tests.emulators.assemblyai.world import WORLD, Options

Control = Callable[[web.Request], Awaitable[web.Response]]


def routes() -> list[web.RouteDef]:
    """All of them. None has a name: no rule is ever played on them."""
    return [
        web.get("/_emulator", overview),
        web.post("/_emulator/reset", reset),
        web.get("/_emulator/rules", shown_rules),
        web.post("/_emulator/rules", _checked(add_rules)),
        web.delete("/_emulator/rules", clear_rules),
        web.get("/_emulator/chaos", shown_chaos),
        web.post("/_emulator/chaos", _checked(set_chaos)),
        web.delete("/_emulator/chaos", end_chaos),
        web.post("/_emulator/references", _checked(add_reference)),
        web.post("/_emulator/keys", _checked(put_key)),
        web.post("/_emulator/options", _checked(set_options)),
        web.get("/_emulator/uploads", uploads),
        web.get("/_emulator/jobs", jobs),
        web.get("/_emulator/jobs/{job}/settled", settled_job),
        web.post("/_emulator/jobs/{job}/release", release),
        web.post("/_emulator/jobs/{job}/webhook", _checked(send_webhook)),
        web.get("/_emulator/sessions", sessions),
        web.get("/_emulator/sessions/settled", settled_sessions),
        web.get("/_emulator/chats", chats),
        web.get("/_emulator/requests", requests),
    ]


def _checked(control: Control) -> Control:
    """What cannot be understood is refused loudly."""

    async def checked(request: web.Request) -> web.Response:
        try:
            return await control(request)
        except (ValueError, TypeError, KeyError, json.JSONDecodeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=422)

    return checked


async def overview(request: web.Request) -> web.Response:
    """What there is to play, and how much has happened."""
    world = request.app[WORLD]
    return web.json_response(
        {
            "scenes": SCENES,
            "kinds": rules.KINDS,
            "options": vars(world.options),
            "uploads": len(world.uploads),
            "jobs": len(world.jobs),
            "requests": len(world.requests),
        }
    )


async def reset(request: web.Request) -> web.Response:
    """Forget all but how the program was started."""
    await request.app[WORLD].reset()
    return web.json_response({})


async def shown_rules(request: web.Request) -> web.Response:
    """The rules and their counts."""
    return web.json_response([rule.shown() for rule in request.app[WORLD].script.rules])


async def add_rules(request: web.Request) -> web.Response:
    """One rule or a list of them, after those there are."""
    given = await request.json()
    parsed = [rules.parse(rule) for rule in (given if isinstance(given, list) else [given])]
    request.app[WORLD].script.rules += parsed
    return web.json_response([rule.shown() for rule in parsed])


async def clear_rules(request: web.Request) -> web.Response:
    """Play nothing any more."""
    request.app[WORLD].script.rules.clear()
    return web.json_response([])


async def shown_chaos(request: web.Request) -> web.Response:
    """The seed, the rates and what was played of them."""
    chaos = request.app[WORLD].script.chaos
    return web.json_response(chaos.shown() if chaos else None)


async def set_chaos(request: web.Request) -> web.Response:
    """Random faults from now on."""
    request.app[WORLD].script.chaos = rules.chaos(await request.json())
    return await shown_chaos(request)


async def end_chaos(request: web.Request) -> web.Response:
    """Only what rules say, again."""
    request.app[WORLD].script.chaos = None
    return await shown_chaos(request)


async def add_reference(request: web.Request) -> web.Response:
    """What is said in audio that is known."""
    request.app[WORLD].ears.references.add(await request.json())
    return web.json_response({})


async def put_key(request: web.Request) -> web.Response:
    """A key with its account and balance; `revoked` takes it away."""
    keys, given = request.app[WORLD].keys, await request.json()
    if given.pop("revoked", False):
        keys.revoke(given["key"])
    else:
        keys.put(given.pop("key"), **given)
    return web.json_response([vars(project) for project in keys.all()])


async def set_options(request: web.Request) -> web.Response:
    """Change options while it runs."""
    options = request.app[WORLD].options
    for name, value in (await request.json()).items():
        if name not in vars(Options()):
            raise KeyError(f"no option {name!r}; there are {', '.join(vars(Options()))}")
        setattr(options, name, value)
    return web.json_response(vars(options))


async def uploads(request: web.Request) -> web.Response:
    """Every upload: hash, size, whether it is gone."""
    return web.json_response([upload.shown() for upload in request.app[WORLD].uploads.values()])


async def jobs(request: web.Request) -> web.Response:
    """Every transcript, in the order of their submits."""
    return web.json_response([job.shown() for job in request.app[WORLD].jobs.values()])


async def sessions(request: web.Request) -> web.Response:
    """Every stream: what came, how it ended, whether the client terminated it."""
    return web.json_response([session.shown() for session in request.app[WORLD].sessions])


async def chats(request: web.Request) -> web.Response:
    """Every chat that was answered: request, how it was answered, content."""
    return web.json_response(request.app[WORLD].chats)


async def requests(request: web.Request) -> web.Response:
    """The calls that came, and what was played on them."""
    return web.json_response(list(request.app[WORLD].requests))


async def settled_job(request: web.Request) -> web.Response:
    """Answers when the job has ended and its last webhook has gone out."""
    job = request.app[WORLD].jobs[request.match_info["job"]]
    await job.over.wait()
    return web.json_response(job.shown())


async def settled_sessions(request: web.Request) -> web.Response:
    """Answers when no stream is open."""
    for session in request.app[WORLD].sessions:
        await session.over.wait()
    return await sessions(request)


async def release(request: web.Request) -> web.Response:
    """Let a job go on that waits for ever, or for polls."""
    job = request.app[WORLD].jobs[request.match_info["job"]]
    job.released.set()
    job.polled.set()
    return web.json_response(job.shown())


async def send_webhook(request: web.Request) -> web.Response:
    """A webhook by hand: late, doubled or forged, as the delivery says."""
    given: dict[str, Any] = await request.json() if request.can_read_body else {}
    strange = set(given) - rules.DELIVERY
    if strange:
        raise KeyError(f"a delivery has {sorted(rules.DELIVERY)}; not {sorted(strange)}")
    world = request.app[WORLD]
    job = world.jobs[request.match_info["job"]]
    await webhooks.deliver(world, job, given)
    return web.json_response(job.shown())
