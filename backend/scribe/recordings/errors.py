"""What can be refused about recordings."""

from scribe.core.errors import Conflict, Invalid, ScribeError, TooLarge, Unauthenticated, UnsupportedMedia


class UploadTokenInvalid(Unauthenticated):
    """The upload token is forged, expired, or its user may no longer act."""

    code, message = "upload_token_invalid", "The permission to send this recording has run out. Sign in to go on."


class ChunkHashMismatch(Invalid):
    """The bytes are not those that were hashed: damaged on the way."""

    code, message = "chunk_hash_mismatch", "A piece of the recording was damaged on the way. It will be sent again."


class ChunkEmpty(Invalid):
    """A chunk without bytes holds no sound."""

    code, message = "chunk_empty", "A piece of the recording is empty."


class ChunkNumberInvalid(Invalid):
    """Segments and chunks are counted from 0."""

    code, message = "chunk_number_invalid", "This is no valid place in a recording."


class ChunkTooLarge(TooLarge):
    """More bytes than one chunk may have."""

    code, message = "chunk_too_large", "A piece of the recording is larger than the server takes at once."


class ChunkTooSlow(ScribeError):
    """The bytes took too long. Status 408, which the browser heals by sending them again."""

    status, code = 408, "chunk_too_slow"
    message = "A piece of the recording took too long to arrive. It will be sent again."


class RecordingTooLarge(TooLarge):
    """More bytes than one recording may have."""

    code, message = "recording_too_large", "This recording is larger than the server takes. What was sent is kept."


class ChunkConflict(Conflict):
    """Another body is stored under this number."""

    code, message = "chunk_conflict", "A different piece of the recording is already stored here. Both are kept."


class RecordingSealed(Conflict):
    """The recording is closed."""

    code, message = "recording_sealed", "This recording is already closed. Nothing can be added to it."


class RecordingIncomplete(Conflict):
    """Chunks of the client's list are not (or no longer) stored. `details.missing` names them."""

    code, message = "recording_incomplete", "Some of the recording has not reached the server yet."


class RecordingHasMore(Conflict):
    """More is stored than the client lists. `details.unlisted` names it: sealing would lose it."""

    code = "recording_has_more"
    message = "The server holds pieces of this recording that your device did not list. Nothing was closed."


class RecordingChanged(Conflict):
    """Chunks kept arriving while it was being sealed."""

    code, message = "recording_changed", "The recording changed while it was being closed. Try again."


class RecordingEmpty(Invalid):
    """Nothing was recorded."""

    code, message = "recording_empty", "Nothing was recorded, so there is nothing to keep."


class AudioUnsupported(UnsupportedMedia):
    """The first bytes are not those of a kind of audio that Scribe takes."""

    message = "This is not an audio file that Scribe can read. Use webm, ogg, opus, mp3, m4a, mp4, wav, flac or aac."


class AudioNotReady(Conflict):
    """The recording is still being taken or prepared."""

    code, message = "audio_not_ready", "The audio is still being prepared."


class SegmentRepeated(Invalid):
    """A segment is listed twice."""

    code, message = "segment_repeated", "The list of the recording's pieces names one part twice."
