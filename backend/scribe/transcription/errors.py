"""What can be refused about transcripts."""

from scribe.core.errors import Conflict, Invalid


class NothingToCorrect(Invalid):
    """A correction names a role, a text, or both."""

    code, message = "nothing_to_correct", "Say who spoke, or what was said."


class StillTranscribing(Conflict):
    """An earlier stage runs and will make a transcript of its own."""

    code, message = "still_transcribing", "The transcript is still being made. Wait until it is ready."
