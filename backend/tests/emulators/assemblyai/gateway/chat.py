"""POST /v1/chat/completions."""

import json
import time
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.emulators.assemblyai.gateway.catalogue import MODELS
from tests.emulators.assemblyai.gateway.drafting import BEHAVIOURS, Said
from tests.emulators.assemblyai.gateway.envelopes import project_of, wrong
from tests.emulators.assemblyai.world import WORLD, World

_PIECE = 40


async def chat(request: web.Request) -> web.StreamResponse:
    """A message of the model that the script, or the option `llm_behave`, names."""
    world, started = request.app[WORLD], time.monotonic_ns()
    project_of(request)
    try:
        asked = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise wrong("Invalid request body") from error
    _check(world, asked)
    deed = request["deed"]
    behave = deed.get("behave", world.options.llm_behave)
    said = Said(deed["content"]) if "content" in deed else BEHAVIOURS[behave](asked)
    world.chats.append({"request": asked, "behave": behave, "content": said.content})
    if asked.get("stream"):
        return await _streamed(request, asked, said)
    message: dict[str, Any] = {"role": "assistant", "content": said.content}
    if said.refusal is not None:
        message["refusal"] = said.refusal
    body = {
        "request_id": str(uuid4()),
        "choices": [{"index": 0, "finish_reason": said.finish_reason, "message": message}],
        "usage": _usage(asked, said),
        "request": {name: value for name, value in asked.items() if name != "messages"},
        "http_status_code": 200,
        "response_time": time.monotonic_ns() - started,
        "llm_status_code": 200,
    }
    return web.json_response(body)


def _check(world: World, asked: Any) -> None:
    if not isinstance(asked, dict):
        raise wrong("Invalid request body")
    if not isinstance(asked.get("messages"), list) or not all(isinstance(item, dict) for item in asked["messages"]):
        raise wrong("Invalid request body", "messages: required")
    if not isinstance(asked.get("model"), str):
        raise wrong("Invalid request body", "model: required")
    # Any other OpenAI-compatible endpoint has models of its own.
    if not world.options.llm_bearer and asked["model"] not in MODELS:
        raise wrong(f"Model {asked['model']!r} is not available", "model: unknown")


def _usage(asked: dict[str, Any], said: Said) -> dict[str, int]:
    """Tokens, at about four characters each."""
    read, written = len(json.dumps(asked["messages"])) // 4, len(said.content or "") // 4
    return {
        "input_tokens": read,
        "prompt_tokens": read,
        "output_tokens": written,
        "completion_tokens": written,
        "total_tokens": read + written,
    }


async def _streamed(request: web.Request, asked: dict[str, Any], said: Said) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await answer.prepare(request)
    head = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": asked["model"],
    }
    text = said.content or ""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[at : at + _PIECE]} for at in range(0, len(text), _PIECE)]
    for delta in deltas:
        await _event(answer, head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    last = {"index": 0, "delta": {}, "finish_reason": said.finish_reason}
    await _event(answer, head | {"choices": [last], "usage": _usage(asked, said)})
    await answer.write(b"data: [DONE]\n\n")
    await answer.write_eof()
    return answer


async def _event(answer: web.StreamResponse, chunk: dict[str, Any]) -> None:
    await answer.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
