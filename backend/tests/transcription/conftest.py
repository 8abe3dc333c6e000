"""Audio and engines for tests of transcription."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from scribe.cli.embedded import models
from scribe.cli.embedded.sample import AUDIO
from scribe.core.settings import EngineSettings, VendorSettings
from scribe.transcription.engines.assemblyai.engine import AssemblyAI
from scribe.transcription.engines.base import Engine
from scribe.transcription.engines.fake import FakeEngine
from scribe.transcription.engines.local import LocalEngine
from tests.emulators.assemblyai.program import Emulator
from tests.transcription.awaiting import Awaited
from tests.transcription.references import ROLES, words_of
from tests.transcription.sounds import Sound, decode


@pytest.fixture(scope="session")
def sample_sound() -> Sound:
    """The project's own consultation."""
    return Sound(decode(AUDIO))


@pytest.fixture(scope="session")
def sample_reference() -> list[dict[str, Any]]:
    """Its turns: role, text, start_ms, end_ms."""
    turns: list[dict[str, Any]] = json.loads(AUDIO.with_suffix(".json").read_text())["turns"]
    return turns


@pytest.fixture(scope="session")
def local_engine() -> LocalEngine:
    """The real thing, loaded once for all tests."""
    settings = EngineSettings()
    if models.missing(settings.model_dir):
        pytest.skip("the models are not fetched: python -m scribe.cli models fetch")
    return LocalEngine(settings)


@pytest.fixture(scope="session")
def vendor_program() -> Iterator[Emulator]:
    """AssemblyAI's part is played by a program of its own; its webhooks do not wait long between their attempts."""
    with Emulator("--webhook-retry-seconds", "0.01", "--webhook-timeout-seconds", "20") as emulator:
        yield emulator


@pytest.fixture(scope="session")
def assemblyai(sample_sound: Sound, sample_reference: list[dict[str, Any]]) -> Iterator[Engine]:
    """The vendor's engine, where the vendor knows what the sample says."""
    with Emulator() as emulator:
        digest = hashlib.sha256(sample_sound.opened().read()).hexdigest()
        duration = sample_sound.duration_ms
        emulator.refer(sha256=digest, words=words_of(sample_reference), duration_ms=duration, roles=ROLES)
        vendor = VendorSettings(assemblyai_api_key=emulator.key, assemblyai_base_url=emulator.url)
        yield Awaited(AssemblyAI(vendor.account("us")))


@pytest.fixture(scope="session", params=["fake", pytest.param("local", marks=pytest.mark.slow), "assemblyai"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    if request.param == "fake":
        return FakeEngine()
    if request.param == "assemblyai":
        remote: Engine = request.getfixturevalue("assemblyai")
        return remote
    found: Engine = request.getfixturevalue("local_engine")
    return found
