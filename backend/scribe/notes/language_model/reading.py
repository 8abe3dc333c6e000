"""Find the JSON object in what a model wrote around it."""

import json
from collections.abc import Collection
from typing import Any

_DECODER = json.JSONDecoder()
# Braces in prose are tried one by one; an answer of nothing but braces must not take for ever.
_MOST_TRIES = 200


def find_object(text: str, required: Collection[str]) -> dict[str, Any] | None:
    """The first JSON object in the text that has all required keys: bare, in a code fence, or amid prose."""
    at = -1
    for _ in range(_MOST_TRIES):
        at = text.find("{", at + 1)
        if at < 0:
            return None
        try:
            found, _end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and all(key in found for key in required):
            return found
    return None
