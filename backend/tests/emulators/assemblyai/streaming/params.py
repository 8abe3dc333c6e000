"""What a stream is asked to be: its query, as the Python and the Node SDK write it."""

import json
from dataclasses import dataclass, field, fields
from typing import Any

ENCODINGS = ("pcm_s16le", "pcm_mulaw", "opus", "ogg_opus", "aac")
_SELF_DESCRIBING = ("opus", "ogg_opus", "aac")
MODELS = (
    "universal-3-5-pro universal-3-6 universal-3-6-pro u3-rt-pro u3-rt-pro-beta-1 u3-pro universal-streaming-english "
    "universal-streaming-multilingual whisper-rt"
).split()
_MOST_TERMS, _LONGEST_TERM = 100, 50


class WrongParams(ValueError):
    """The session cannot begin so; the text says why."""


@dataclass
class Params:
    """The ones that matter here; the others are kept as they came."""

    sample_rate: int | None = None
    encoding: str = "pcm_s16le"
    speech_model: str = "universal-streaming-english"
    domain: str | None = None
    format_turns: bool = False
    speaker_labels: bool = False
    keyterms_prompt: list[str] = field(default_factory=list)
    language_codes: list[str] = field(default_factory=list)
    min_turn_silence: int = 400
    max_turn_silence: int = 1280
    inactivity_timeout: int | None = None
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def is_u3(self) -> bool:
        """Models that format a turn when it ends, and say when speech starts."""
        return self.speech_model.startswith(("universal-3", "u3-"))

    @property
    def language(self) -> str:
        """The language to listen for."""
        return self.language_codes[0] if self.language_codes else "en"

    def update(self, given: dict[str, Any]) -> None:
        """Take values over; raises `WrongParams`."""
        known = {each.name for each in fields(self)} - {"others"}
        for name, value in given.items():
            if name in known:
                setattr(self, name, _typed(name, value))
            else:
                self.others[name] = value
        self._check()

    def _check(self) -> None:
        if self.encoding not in ENCODINGS:
            raise WrongParams(f"encoding must be one of {', '.join(ENCODINGS)}")
        if not self.sample_rate and self.encoding not in _SELF_DESCRIBING:
            raise WrongParams("sample_rate is required")
        if self.speech_model not in MODELS:
            raise WrongParams(f"speech_model must be one of {', '.join(MODELS)}")
        if len(self.keyterms_prompt) > _MOST_TERMS or any(len(term) > _LONGEST_TERM for term in self.keyterms_prompt):
            raise WrongParams(f"keyterms_prompt: at most {_MOST_TERMS} terms of at most {_LONGEST_TERM} characters")
        if self.inactivity_timeout is not None and not 5 <= self.inactivity_timeout <= 3600:
            raise WrongParams("inactivity_timeout must be between 5 and 3600")


def _typed(name: str, value: Any) -> Any:
    """Booleans come as "True" (Python) or "true" (Node), lists as JSON."""
    try:
        if name in ("format_turns", "speaker_labels"):
            return str(value).lower() == "true"
        if name in ("keyterms_prompt", "language_codes"):
            return [str(item) for item in (json.loads(value) if isinstance(value, str) else value)]
        if name in ("sample_rate", "min_turn_silence", "max_turn_silence", "inactivity_timeout"):
            return int(value)
    except (ValueError, TypeError) as error:
        raise WrongParams(f"{name}: {value!r} cannot be read") from error
    return value
