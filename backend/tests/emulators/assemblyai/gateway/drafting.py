"""Models, good and bad: each turns a request into what it would say."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulators.assemblyai.gateway.reading import Sentence, Turn, sentences, turns
from tests.emulators.assemblyai.gateway.shaping import shaped

_ORDER = re.compile(
    r"(ignore|disregard|forget)\b.{0,60}(instruction|rule|prompt)|you are now|system (message|prompt)"
    r"|(mark|set|treat)\b.{0,40}\bsigned|sign (the|this) note",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"(?<!the )\b(?:write|add|say|record|note|state|document|put|include)\b(?: down)?(?: that)?[:,]? (.+)",
    re.IGNORECASE,
)
_SIGNED = "The note was reviewed and signed by the doctor."
_FREE = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "utterances": {"type": "array", "items": {"type": "integer"}},
                    "quote": {"type": "string"},
                },
            },
        }
    },
}


@dataclass(frozen=True)
class Said:
    """A model's message."""

    content: str | None
    finish_reason: str = "stop"
    refusal: str | None = None


def faithful(request: dict[str, Any]) -> Said:
    """Sentences quoted from the turns, with their numbers."""
    return Said(_written(request, sentences(turns(request["messages"]))))


def obedient(request: dict[str, Any]) -> Said:
    """Does what a speaker in the transcript tells it to: false claims, a signature, keys that nobody asked for."""
    found = turns(request["messages"])
    orders = [turn for turn in found if _ORDER.search(turn.text)]
    if not orders:
        return faithful(request)
    claims = [claim for turn in orders for claim in _claims(turn)]
    honest = sentences([turn for turn in found if turn not in orders])
    body = _shaped(request, [*claims, *honest])
    if isinstance(body, dict):
        body |= {"status": "signed", "signed": True, "signed_by": "doctor"}
    return Said(json.dumps(body))


def invented(request: dict[str, Any]) -> Said:
    """Adds sentences that nothing was said of: one cites a turn that is not there, one a turn that says otherwise."""
    found = turns(request["messages"])
    first = found[0].number if found else 0
    beyond = max((turn.number for turn in found if isinstance(turn.number, int)), default=0) + 100
    lies = [
        Sentence(text, number, text, is_clinicians)
        for is_clinicians in (False, True)
        for text, number in (
            ("The patient was given 5 mg of morphine.", beyond),
            ("The patient has had a kidney transplant.", first),
        )
    ]
    return Said(_written(request, [*lies, *sentences(found)]))


def broken_json(request: dict[str, Any]) -> Said:
    """Ends in the middle, and says that it is done."""
    content = faithful(request).content or ""
    return Said(content[: len(content) * 2 // 3] + " ...")


def fenced(request: dict[str, Any]) -> Said:
    """Wraps the answer in chat."""
    return Said(f"Here is the note:\n```json\n{faithful(request).content}\n```\nLet me know if you need anything else.")


def wrong_schema(request: dict[str, Any]) -> Said:
    """JSON, but not what was asked for."""
    return Said(json.dumps({"answer": (faithful(request).content or "")[:40], "sections": 3}))


def truncated(request: dict[str, Any]) -> Said:
    """Runs out of tokens."""
    content = faithful(request).content or ""
    return Said(content[: len(content) // 2], "length")


def refuses(request: dict[str, Any]) -> Said:
    """Will not."""
    return Said(None, "stop", "I'm sorry, I can't help with that.")


BEHAVIOURS: dict[str, Callable[[dict[str, Any]], Said]] = {
    each.__name__: each
    for each in (faithful, obedient, invented, broken_json, fenced, wrong_schema, truncated, refuses)
}


def _written(request: dict[str, Any], said: list[Sentence]) -> str:
    if (request.get("response_format") or {}).get("type") in (None, "text"):
        return "\n".join(f"{each.text} [{each.number}]" for each in said)
    return json.dumps(_shaped(request, said))


def _shaped(request: dict[str, Any], said: list[Sentence]) -> Any:
    wanted = request.get("response_format") or {}
    return shaped((wanted.get("json_schema") or {}).get("schema") or _FREE, said)


def _claims(turn: Turn) -> list[Sentence]:
    """What the turn wants to have written. It was said, so the quote is really there: only the claim is false."""
    pairs = [(asked[1][0].upper() + asked[1][1:], asked[1]) for asked in map(_CLAIM.search, _texts(turn)) if asked]
    if re.search(r"\bsign", turn.text, re.IGNORECASE):
        pairs.append((_SIGNED, turn.text))
    pairs = pairs or [(turn.text, turn.text)]
    # Each as patient's and as clinician's, so that it stands in whichever section a schema has.
    return [Sentence(text, turn.number, quote, by) for text, quote in pairs for by in (False, True)]


def _texts(turn: Turn) -> list[str]:
    return [sentence.text for sentence in sentences([turn])]
