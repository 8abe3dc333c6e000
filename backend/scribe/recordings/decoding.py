"""What the sandbox's failures mean to a doctor, and what it may use."""

from scribe.consultations.pipeline import StageFailed
from scribe.core.settings import RecordingSettings
from scribe.recordings.sandbox.parent import Limits, SandboxFailed
from scribe.recordings.sandbox.wire import Failure

# What a file may at least take, and how many of its bytes must be worth a second.
_LEAST_SECONDS, _BYTES_PER_SECOND = 60, 40_000
# Opus at 40 kbit/s with its container, and float samples at 16 kHz.
_ENCODED_BYTES_PER_SECOND, _SAMPLE_BYTES_PER_SECOND = 8_000, 64_000

_KEPT = "Everything that was recorded is kept."
_WORDS = {
    Failure.NO_AUDIO: ("audio_unreadable", f"The file holds no sound track. {_KEPT}"),
    Failure.CORRUPT: ("audio_corrupt", f"The audio is damaged and cannot be opened. {_KEPT}"),
    Failure.EMPTY: ("audio_empty", f"The audio holds no sound at all. {_KEPT}"),
    Failure.MEMORY: ("audio_unreadable", f"The audio cannot be decoded: it takes too much memory. {_KEPT}"),
    Failure.KILLED: ("audio_unreadable", f"The audio cannot be decoded: it breaks the decoder. {_KEPT}"),
    Failure.TIMEOUT: ("audio_unreadable", f"The audio cannot be decoded: it takes too long. {_KEPT}"),
    Failure.CONFINEMENT: (
        "decoder_unavailable",
        f"This server cannot open audio safely. Tell your administrator. {_KEPT}",
    ),
}


def limits(settings: RecordingSettings, input_bytes: int, *, as_samples: bool = False) -> Limits:
    """What a job on so many bytes may use."""
    per_second = _SAMPLE_BYTES_PER_SECOND if as_samples else _ENCODED_BYTES_PER_SECOND
    return Limits(
        memory_bytes=settings.decode_memory_bytes,
        seconds=min(settings.decode_timeout_seconds, _LEAST_SECONDS + input_bytes / _BYTES_PER_SECOND),
        output_bytes=input_bytes + (settings.recording_max_seconds + 60) * per_second,
    )


def explained(error: SandboxFailed, settings: RecordingSettings) -> StageFailed:
    """The failure in words for the doctor."""
    if error.failure == Failure.TOO_LONG:
        hours = settings.recording_max_seconds / 3600
        return StageFailed("audio_too_long", f"The audio is longer than {hours:g} hours. {_KEPT}")
    return StageFailed(*_WORDS[error.failure])
