"""POST /v1/understanding: who is who, in a transcript that is finished."""

import json
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.emulators.assemblyai.answers import NO_SUCH_TRANSCRIPT, Refused
from tests.emulators.assemblyai.gateway.envelopes import project_of, wrong
from tests.emulators.assemblyai.prerecorded import naming, results
from tests.emulators.assemblyai.prerecorded.requests import check_identification
from tests.emulators.assemblyai.world import WORLD


async def understand(request: web.Request) -> web.Response:
    """Speakers by role or name. The transcript itself stays as it is."""
    project = project_of(request)
    asked, wanted = await _asked(request)
    job = request.app[WORLD].jobs.get(str(asked.get("transcript_id")))
    if job is None or job.key != project.key or job.is_deleted:
        raise wrong(NO_SUCH_TRANSCRIPT)
    if job.heard is None or job.status != "completed":
        raise wrong(f"The transcript is not completed: its status is {job.status}")
    named = naming.mapping(job.heard, wanted, job.language)
    response = {"speaker_identification": {"status": "success" if named else "unavailable", "mapping": named}}
    return web.json_response(
        {
            "request_id": str(uuid4()),
            "speech_understanding": {"request": asked["speech_understanding"]["request"], "response": response},
            "utterances": results.utterances(job.heard, named),
            "words": [results.word_json(word, labelled=True, named=named) for word in job.heard.words],
            "translated_texts": None,
        }
    )


async def validate(request: web.Request) -> web.Response:
    """Whether a request would be taken."""
    project_of(request)
    await _asked(request)
    return web.json_response({"request_id": str(uuid4()), "valid": True})


async def _asked(request: web.Request) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        asked = await request.json()
        wanted = asked["speech_understanding"]["request"]["speaker_identification"]
        check_identification(wanted)
    except Refused as refused:
        raise wrong(str(refused)) from refused
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        # Translation, formatting and summaries are not played.
        raise wrong("Invalid request body", "speech_understanding.request.speaker_identification: required") from error
    return asked, wanted
