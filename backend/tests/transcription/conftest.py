"""Audio and engines for tests of transcription."""

import json
from typing import Any

import pytest

from scribe.cli.embedded import models
from scribe.cli.embedded.sample import AUDIO
from scribe.core.settings import EngineSettings
from scribe.transcription.engines.base import Engine
from scribe.transcription.engines.fake import FakeEngine
from scribe.transcription.engines.local import LocalEngine
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


@pytest.fixture(scope="session", params=["fake", pytest.param("local", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    if request.param == "fake":
        return FakeEngine()
    found: Engine = request.getfixturevalue("local_engine")
    return found
