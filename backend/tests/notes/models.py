"""Scripted language models for drafting: what a model answers to a request for a section."""

import json
from collections.abc import Callable
from typing import Any

from scribe.notes.drafting.llm import LlmDrafter
from scribe.notes.drafting.section_writer import Limits
from scribe.notes.language_model.base import LanguageModelFailed
from scribe.notes.language_model.fake import FakeLanguageModel

LIMITS = Limits(output_tokens=800, context_tokens=32_000, seconds=3600)
Answer = list[dict[str, Any]] | LanguageModelFailed
Script = Callable[[str, dict[str, Any]], Answer]


def sentence(text: str, *utterances: int, quotes: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A sentence as a model answers it."""
    return {"utterances": list(utterances), "quotes": list(quotes), "text": text, **more}


def scripted(script: Script) -> FakeLanguageModel:
    """A model that answers each request by the name of its section and its data."""

    def reply(_system: str, user: str) -> dict[str, Any] | LanguageModelFailed:
        data = json.loads(user)
        answer = script(data["section"]["name"], data)
        return answer if isinstance(answer, LanguageModelFailed) else {data["section"]["name"]: answer}

    return FakeLanguageModel(reply)


def only_in(key: str, *answers: list[dict[str, Any]]) -> FakeLanguageModel:
    """A model that has something to say in one section only: at first, when asked to repair, and so on."""
    left = list(answers)
    return scripted(lambda name, _data: left.pop(0) if name == key else [])


def drafter(model: FakeLanguageModel, limits: Limits = LIMITS) -> LlmDrafter:
    return LlmDrafter(model, limits)
