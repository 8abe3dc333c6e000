"""The sentence that claims nothing but that these words were said, and by whom."""

from scribe.transcription.models import SpeakerRole

_WHO = {
    SpeakerRole.PATIENT: "Patient states",
    SpeakerRole.CLINICIAN: "Clinician",
    SpeakerRole.OTHER: "Accompanying person",
    SpeakerRole.UNKNOWN: "Speaker unclear",
}


def quoted(role: SpeakerRole, words: str) -> str:
    """The words between marks, on one line, after who said them."""
    return f"{_WHO[role]}: “{' '.join(words.split())}”"
