"""Voices to roles: the reference's word for it, or the project's own rules."""

from typing import Any

from scribe.transcription import roles
from scribe.transcription.models import SpeakerRole
from tests.emulators.assemblyai.hearing.heard import Heard

_CLINICIANS = ("doctor", "clinician", "physician", "provider", "gp", "nurse", "therapist")


def mapping(heard: Heard, wanted: dict[str, Any], language: str) -> dict[str, str]:
    """Label to role or name. Names are known only to a reference."""
    labels = sorted({word.speaker for word in heard.words})
    if heard.roles:
        return {label: heard.roles[label] for label in labels if label in heard.roles}
    if wanted["speaker_type"] == "name":
        return {}
    values = [str(value) for value in wanted.get("known_values") or []]
    values += [str(speaker.get("role", "")) for speaker in wanted.get("speakers") or []]
    clinician = next((value for value in values if value.lower() in _CLINICIANS), None)
    patient = next((value for value in values if value.lower() == "patient"), None)
    turns = [roles.Said(turn[0].speaker, " ".join(word.text for word in turn)) for turn in heard.turns()]
    found = roles.assign(turns, language=language)
    if found.is_by_turn:
        return {}
    named = {SpeakerRole.CLINICIAN: clinician, SpeakerRole.PATIENT: patient}
    pairs = {turn.speaker: named.get(role) for turn, role in zip(turns, found.of_turns, strict=True)}
    return {label: role for label, role in sorted(pairs.items()) if role}
