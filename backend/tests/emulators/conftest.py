"""The emulator for its own tests: one program for all, as at its start for each."""

from collections.abc import Iterator
from typing import Any

import assemblyai as aai
import httpx
import pytest

from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.program import WHISTLES, Emulator
from tests.emulators.receiving import Receiver
from tests.recordings import media

VISIT = (
    ("A", "Good morning. I'm Dr. Ellis. What brings you in today?"),
    ("B", "I've had a sore throat for three days, doctor."),
    ("A", "Take lisinopril 20 mg, and come back in a week."),
)
TEXT = " ".join(text for _, text in VISIT)


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    """Hears whistled words, and does not wait long between a webhook's attempts."""
    with Emulator(
        *WHISTLES, "--tls", "--webhook-retry-seconds", "0.01", "--webhook-timeout-seconds", "0.5"
    ) as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: Emulator) -> Emulator:
    """Nothing has happened yet."""
    running_emulator.reset()
    return running_emulator


@pytest.fixture
def sdk(emulator: Emulator) -> aai.Client:
    """The vendor's own client, unmodified."""
    return sdk_for(emulator, emulator.key)


def sdk_for(emulator: Emulator, key: str, http_timeout: float = 30) -> aai.Client:
    """A client of a project."""
    settings = aai.Settings(
        api_key=key,
        base_url=emulator.url,
        llm_gateway_base_url=emulator.llm_url,
        polling_interval=0.05,
        http_timeout=http_timeout,
    )
    return aai.Client(settings=settings)


@pytest.fixture
def http(emulator: Emulator) -> Iterator[httpx.Client]:
    """A bare client of the default project."""
    with httpx.Client(base_url=emulator.url, headers={"authorization": emulator.key}, trust_env=False) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks come in."""
    with Receiver() as held:
        yield held


@pytest.fixture(scope="session")
def visit() -> bytes:
    """A short consultation, as a browser would send it."""
    return media.encoded(whistles.say(VISIT, rate=media.RATE), "webm")


def submitted(http: httpx.Client, audio: bytes, **fields: object) -> str:
    """Upload and submit; the transcript's id comes back."""
    upload = http.post("/v2/upload", content=audio)
    assert upload.status_code == 200, upload.text
    answer = http.post("/v2/transcript", json={"audio_url": upload.json()["upload_url"], **fields})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def finished(http: httpx.Client, transcript_id: str) -> dict[str, Any]:
    """The transcript as it is when it has ended."""
    http.get(f"/_emulator/jobs/{transcript_id}/settled", timeout=60).raise_for_status()
    body: dict[str, Any] = http.get(f"/v2/transcript/{transcript_id}").json()
    return body


@pytest.fixture(scope="session")
def visit_as() -> dict[str, bytes]:
    """The same in other containers."""
    sound = whistles.say(VISIT, rate=media.RATE)
    return {kind: media.encoded(sound, kind) for kind in ("ogg", "mp3", "m4a", "flac")}


@pytest.fixture(scope="session")
def short_noise() -> bytes:
    """A second of what nobody says."""
    return media.encoded(media.noise(1), "wav")


@pytest.fixture(scope="session")
def silence() -> bytes:
    """Two seconds of nothing."""
    return media.encoded(media.tone(2, loudness=0), "wav")
