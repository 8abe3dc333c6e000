"""The transcript in a prompt: found whatever the prompt around it is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NUMBERS = ("utterance", "number", "id", "utterance_id", "utterance_number", "turn", "n")
_SPEAKERS = ("role", "speaker", "who")
_CLINICIAN = ("clinician", "doctor", "physician", "provider")


@dataclass(frozen=True)
class Turn:
    """An utterance that the prompt gave."""

    number: int | str
    text: str
    speaker: str

    @property
    def is_clinician(self) -> bool:
        """Whether the prompt says so."""
        return self.speaker.lower() in _CLINICIAN


@dataclass(frozen=True)
class Sentence:
    """A sentence of a note, and what it claims to rest on."""

    text: str
    number: int | str
    quote: str
    is_clinicians: bool = False


def turns(messages: list[dict[str, Any]]) -> list[Turn]:
    """Those of the last user message that holds any."""
    for message in reversed(messages):
        if message.get("role") == "user":
            found = list(_turns_in(text_of(message)))
            if found:
                return found
    return []


def text_of(message: dict[str, Any]) -> str:
    """A message's text: a string, or parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def sentences(found: list[Turn]) -> list[Sentence]:
    """Every sentence of the turns, word for word."""
    return [
        Sentence(quote, turn.number, quote, turn.is_clinician)
        for turn in found
        for quote in re.findall(r"[^\s.?!][^.?!]*[.?!]*", turn.text)
    ]


def _turns_in(text: str) -> Iterator[Turn]:
    decoder, at = json.JSONDecoder(), 0
    while (start := re.compile(r"[\[{]").search(text, at)) is not None:
        try:
            value, at = decoder.raw_decode(text, start.start())
        except json.JSONDecodeError:
            at = start.end()
            continue
        yield from _turns_of(value)


def _turns_of(value: Any) -> Iterator[Turn]:
    if isinstance(value, list):
        for item in value:
            yield from _turns_of(item)
    if not isinstance(value, dict):
        return
    number = next((value[name] for name in _NUMBERS if isinstance(value.get(name), int | str)), None)
    if isinstance(value.get("text"), str) and number is not None:
        speaker = next((str(value[name]) for name in _SPEAKERS if value.get(name)), "")
        yield Turn(number, value["text"], speaker)
        return
    for item in value.values():
        yield from _turns_of(item)
