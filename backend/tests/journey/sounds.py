"""The sample's audio in the shapes that journeys need."""

from functools import cache

import av
import numpy as np

from scribe.cli.embedded.sample import AUDIO
from tests.recordings.media import RATE, encoded

# So long is the device open, at most, before the button is red: the file plays from its opening on.
LEAD_SECONDS = 10
# The fake device holds its last sample otherwise.
_TAIL_SECONDS = 3


@cache
def _sample() -> np.ndarray:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(AUDIO)) as container:
        frames = [*container.decode(audio=0), None]
        return np.concatenate([out.to_ndarray().ravel() for frame in frames for out in resampler.resample(frame)])


def beginning(kind: str, seconds: float) -> bytes:
    """The sample's first seconds, as a file of the kind."""
    return encoded(_sample()[: round(seconds * RATE)], kind)


def for_the_microphone() -> bytes:
    """The whole sample as Chromium's fake microphone wants it: WAV, 48 kHz, silence before and after."""
    silence = np.zeros(RATE, np.float32)
    return encoded(np.concatenate([*[silence] * LEAD_SECONDS, _sample(), *[silence] * _TAIL_SECONDS]), "wav")
