"""What captions are tested with: engines, sound that each of them hears words in, and who listens."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from pydantic import SecretStr

from scribe.core.settings import VendorAccount
from scribe.transcription.engines.assemblyai.streaming import AssemblyAILive, Pace
from scribe.transcription.engines.base import Samples
from scribe.transcription.engines.priority import Priority
from scribe.transcription.live.base import LiveEngine, LiveTurn
from scribe.transcription.live.decoding import Decoding
from scribe.transcription.live.fake import FakeLive
from scribe.transcription.live.local import LocalLive
from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.program import WHISTLES, Emulator
from tests.transcription.sounds import Sound

# No test waits for the time that sound takes.
UNHURRIED = Pace(ahead_seconds=1e9, backlog_seconds=1e9, first_wait_seconds=0.05, longest_wait_seconds=0.4)
WAIT_SECONDS = 20


@dataclass
class Heard:
    """The turns that were told, by their numbers: the last of each wins."""

    turns: list[LiveTurn] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, turn: LiveTurn) -> None:
        with self._news:
            self.turns.append(turn)
            self._news.notify_all()

    def last(self) -> dict[int, LiveTurn]:
        """As a screen has it."""
        with self._news:
            return {turn.number: turn for turn in self.turns}

    def said(self) -> list[str]:
        """The final texts, in order."""
        shown = self.last()
        return [shown[number].text for number in sorted(shown) if shown[number].is_final and shown[number].text]

    def wait_for(self, finals: int) -> "Heard":
        with self._news:
            done = self._news.wait_for(lambda: len(self.said()) >= finals, WAIT_SECONDS)
        assert done, (finals, self.turns)
        return self

    def wait_until(self, holds: "object") -> "Heard":
        with self._news:
            assert self._news.wait_for(holds, WAIT_SECONDS), self.turns  # type: ignore[arg-type]
        return self


@dataclass
class Ears:
    """An engine, and sound in which it hears as many turns."""

    engine: LiveEngine
    sound: Samples
    turns: int
    emulator: Emulator | None = None


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * 16_000), np.float32)


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    """Hears whistled words."""
    with Emulator(*WHISTLES) as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: Emulator) -> Emulator:
    """Nothing has happened yet, and it takes sound as fast as a test sends it."""
    running_emulator.reset()
    running_emulator.set(stream_ahead_s=None)
    return running_emulator


def account_of(emulator: Emulator, key: str | None = None) -> VendorAccount:
    """The vendor, played by the emulator."""
    return VendorAccount(
        "eu", SecretStr(emulator.key if key is None else key), emulator.url, emulator.ws_url, emulator.llm_url
    )


@pytest.fixture(params=["fake", pytest.param("local", marks=pytest.mark.slow), "assemblyai"])
def ears(request: pytest.FixtureRequest, tmp_path) -> Iterator[Ears]:
    """Each engine in turn."""
    if request.param == "fake":
        tone = 0.1 * np.sin(np.arange(32_000) / 20).astype(np.float32)
        yield Ears(FakeLive(), np.concatenate([tone, quiet(1), tone, quiet(1)]), 2)
    elif request.param == "assemblyai":
        emulator: Emulator = request.getfixturevalue("emulator")
        sound = whistles.say([("A", "Good morning."), ("B", "Hello doctor."), ("A", "Come in.")], between_turns_s=1.2)
        yield Ears(AssemblyAILive(account_of(emulator), UNHURRIED), np.concatenate([sound, quiet(1)]), 3, emulator)
    else:
        sample: Sound = request.getfixturevalue("sample_sound")
        decoding = Decoding(Priority(tmp_path))
        yield Ears(
            LocalLive(request.getfixturevalue("local_engine"), decoding),
            np.concatenate([sample.held[: 16_000 * 9], quiet(1.5)]),
            2,
        )
        decoding.stop()
