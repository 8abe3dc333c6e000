"""GET /v3/token."""

import time

from aiohttp import web

from tests.emulators.assemblyai import answers
from tests.emulators.assemblyai.answers import Refused
from tests.emulators.assemblyai.streaming.sessions import Token
from tests.emulators.assemblyai.world import WORLD


async def token(request: web.Request) -> web.Response:
    """A token that opens any number of sessions while it lives."""
    world = request.app[WORLD]
    project = world.keys.of(request)
    seconds = _between(request, "expires_in_seconds", 1, 600)
    longest = None
    if "max_session_duration_seconds" in request.query:
        longest = _between(request, "max_session_duration_seconds", 60, 10_800)
    made = Token(project.key, time.monotonic() + seconds, longest)
    world.tokens[made.value] = made
    return answers.ok({"token": made.value, "expires_in_seconds": seconds})


def _between(request: web.Request, name: str, least: int, most: int) -> int:
    try:
        value = int(request.query.get(name, ""))
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise Refused(400, f"{name} must be between {least} and {most}")
    return value
