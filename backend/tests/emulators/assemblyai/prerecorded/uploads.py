"""POST /v2/upload: bytes to a file, hashed as they pass; never whole in memory."""

import hashlib
from uuid import uuid4

from aiohttp import web

from tests.emulators.assemblyai import answers
from tests.emulators.assemblyai.prerecorded.files import Upload
from tests.emulators.assemblyai.world import WORLD


async def upload(request: web.Request) -> web.Response:
    """Any content, any type; what it holds is looked at by the job."""
    world = request.app[WORLD]
    project = world.keys.of(request)
    if project.is_broke:
        raise answers.Refused(400, answers.NO_BALANCE)
    path, digest, size = world.directory / str(uuid4()), hashlib.sha256(), 0
    try:
        with path.open("wb") as file:
            async for part in request.content.iter_any():
                digest.update(part)
                file.write(part)
                size += len(part)
    except BaseException:
        # The client went away in the middle: what came is nobody's.
        path.unlink(missing_ok=True)
        raise
    kept = Upload(path, project.key, digest.hexdigest(), size, request.headers.get("content-type"))
    world.uploads[kept.id] = kept
    return answers.ok({"upload_url": kept.url})
