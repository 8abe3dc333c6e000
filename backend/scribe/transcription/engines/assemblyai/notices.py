"""What the vendor quietly did less well than it was asked to: each is said to the doctor."""

from collections.abc import Iterator, Sequence
from typing import Any

from scribe.transcription.engines.assemblyai.requests import MEDICAL
from scribe.transcription.engines.base import EngineUtterance, EngineWarning

_SKIPPED = EngineWarning(
    "medical_mode_skipped",
    "AssemblyAI transcribed this without its Medical Mode. Check names of drugs and illnesses with care.",
)
_FALLBACK = EngineWarning(
    "fallback_model",
    "AssemblyAI used a simpler model than the clinic's first choice. Check the transcript with care.",
)
_NO_ROLES = EngineWarning(
    "roles_missing", "AssemblyAI could not tell who is the doctor; Scribe went by the words. Check who said what."
)
_SOME_ROLES = EngineWarning(
    "roles_partial",
    "AssemblyAI could not tell whose every voice is; Scribe went by the words for the others. Check who said what.",
)
_ONE_VOICE = EngineWarning("single_voice", "Only one voice was told apart. Check who said what.")


def notices(plain: dict[str, Any], turns: Sequence[EngineUtterance]) -> Iterator[EngineWarning]:
    """The degradations that a completed transcript shows."""
    if not _was_medical(plain):
        yield _SKIPPED
    asked = plain.get("speech_models") or []
    used = plain.get("speech_model_used")
    if used and asked and used != asked[0]:
        yield _FALLBACK
    roles = {turn.speaker: turn.role for turn in turns}
    if len(roles) == 1:
        yield _ONE_VOICE
    if not any(roles.values()):
        yield _NO_ROLES
    elif len(roles) > 1 and not set(roles.values()) >= {"clinician", "patient"}:
        yield _SOME_ROLES


def _was_medical(plain: dict[str, Any]) -> bool:
    metadata = plain.get("metadata")
    if metadata is None:
        # It says nothing of what it used: the echo of what was asked is all that there is.
        return plain.get("domain") == MEDICAL
    texts = [metadata.get("warning"), *(each.get("message") for each in metadata.get("warnings") or ())]
    is_skipped = any(MEDICAL in (text or "") for text in texts)
    return metadata.get("domain_used") == MEDICAL and not is_skipped
