"""Whose voice is whose: the vendor names a voice by a letter, or by the role that it found for it."""

from string import ascii_uppercase
from typing import Any, Literal

from scribe.transcription.engines.assemblyai.requests import DOCTOR, PATIENT

Role = Literal["clinician", "patient"]
_ROLES: dict[str, Role] = {DOCTOR: "clinician", PATIENT: "patient"}


class Labels:
    """Letters in the order in which the voices come, each with its role where the vendor knows it.

    With roles found, the vendor puts them in place of its letters; where it only gives a mapping, that is followed.
    """

    def __init__(self, plain: dict[str, Any]) -> None:
        understanding = plain.get("speech_understanding") or {}
        found = (understanding.get("response") or {}).get("speaker_identification") or {}
        self._mapping: dict[str, Any] = found.get("mapping") or {}
        self._letters: dict[str, str] = {}

    def of(self, speaker: str | None) -> tuple[str, Role | None]:
        """The letter of a voice, and its role."""
        name = str(speaker or "")
        letter = self._letters.setdefault(name, _letter(len(self._letters)))
        return letter, role_of(self._mapping.get(name) or name)


def role_of(name: Any) -> Role | None:
    """The role that a name stands for, if it is one of those asked for."""
    return _ROLES.get(str(name).strip().lower())


def _letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else f"V{number + 1}"
