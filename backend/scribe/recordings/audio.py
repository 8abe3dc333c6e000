"""The assembled audio of a recording, as transcription engines want it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from scribe.core.settings import RecordingSettings
from scribe.recordings import decoding
from scribe.recordings.keeping import audio_key_of
from scribe.recordings.models import Recording
from scribe.recordings.playback import SealedAudio, UnsealedFile
from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import SandboxFailed
from scribe.recordings.sniffing import Kind
from scribe.recordings.sources import AudioSource
from scribe.storage.base import ObjectStore

_RATE = 16_000
_BYTES = 4


@dataclass(frozen=True)
class RecordedAudio:
    """Audio that is unsealed, and decoded in the sandbox, only when it is asked for."""

    duration_ms: int
    mime_type: str
    sealed: SealedAudio
    settings: RecordingSettings

    def samples(self) -> NDArray[np.float32]:
        """Mono float32 at 16 kHz; raises `StageFailed` where the audio cannot be decoded."""
        source = AudioSource(self.sealed)
        # Room for what is expected and two seconds more; never zeroed, so it costs memory only as it fills.
        samples = np.empty((self.duration_ms + 2_000) * _RATE // 1000, np.float32)
        room = samples.view(np.uint8)
        filled = 0

        def write(offset: int, part: bytes) -> None:
            nonlocal filled
            end = min(offset + len(part), len(room))
            if offset < end:
                room[offset:end] = np.frombuffer(part, np.uint8, end - offset)
                filled = max(filled, end)

        try:
            parent.run(
                {"job": "samples", "demuxers": [Kind.WEBM], "max_seconds": self.settings.recording_max_seconds + 60},
                [source],
                write=write,
                progress=lambda _: None,
                limits=decoding.limits(self.settings, source.size, as_samples=True),
            )
        except SandboxFailed as error:
            raise decoding.explained(error, self.settings) from error
        return samples[: filled // _BYTES]

    def opened(self, progress: Callable[[float], None] | None = None) -> BinaryIO:
        """The assembled file, unsealed as it is read."""
        return cast("BinaryIO", UnsealedFile(self.sealed, progress))


def load_audio(recording: Recording, key: bytes, store: ObjectStore, settings: RecordingSettings) -> RecordedAudio:
    """The audio of an assembled recording; `key` is its consultation's data key. Nothing is read yet."""
    if recording.audio_key is None or recording.audio_bytes is None or recording.duration_ms is None:
        raise ValueError("the recording is not assembled")
    sealed = SealedAudio(store, audio_key_of(key), recording.audio_key, recording.audio_bytes)
    return RecordedAudio(recording.duration_ms, recording.audio_mime_type or "audio/webm", sealed, settings)
