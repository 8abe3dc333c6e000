"""What can be refused about transcripts."""

from scribe.core.errors import Conflict, Invalid


class NothingToCorrect(Invalid):
    """A correction names a role, a text, or both."""

    code, message = "nothing_to_correct", "Say who spoke, or what was said."


class CannotRunAgain(Conflict):
    """Only what was processed, and is not signed, has stages to run again."""

    code, message = "cannot_run_again", "No stage of this consultation can be run again now."


class TranscriptHasCorrections(Conflict):
    """A new transcript would be made without the words that a person corrected."""

    code = "transcript_has_corrections"
    message = "A person has corrected the transcript; a new one would be made without that. Agree to it to go on."


class PartlyTranscribed(Conflict):
    """An earlier stage failed after this transcript was made: what stands may be of a part of the recording."""

    code = "partly_transcribed"
    message = "This transcript may be of a part of the recording only. Retry the failed step first, then correct it."


class StillTranscribing(Conflict):
    """An earlier stage runs and will make a transcript of its own."""

    code, message = "still_transcribing", "The transcript is still being made. Wait until it is ready."
