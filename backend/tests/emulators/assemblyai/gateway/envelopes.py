"""Who may ask the gateway, and how it says no."""

from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.emulators.assemblyai.answers import UNAUTHORIZED, Refused
from tests.emulators.assemblyai.keys import Project
from tests.emulators.assemblyai.world import WORLD


def project_of(request: web.Request) -> Project:
    """The caller's project. The raw key, as at the speech API; "Bearer <key>" only where the emulator was told so."""
    world, value = request.app[WORLD], request.headers.get("authorization", "")
    if world.options.llm_bearer:
        value = value.removeprefix("Bearer ")
    project = world.keys.find(value)
    if project is None:
        raise Refused(401, UNAUTHORIZED, {"error": UNAUTHORIZED, "status": "error", "request_id": str(uuid4())})
    return project


def wrong(message: str, *errors: str, status: int = 400) -> Refused:
    """A business error."""
    body: dict[str, Any] = {"message": message, "code": status, "request_id": str(uuid4())}
    return Refused(status, message, body | {"metadata": {"errors": list(errors or [message])}})
