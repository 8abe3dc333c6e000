"""A clinic that chose this server is never sent to a vendor: seen at the socket, and at the vendor's door."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.cli.embedded.sample import AUDIO
from scribe.consultations.models import ConsultationStatus
from scribe.core.clock import FrozenClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings, VendorSettings
from scribe.storage.filesystem import FilesystemStore
from tests.consultations.builders import a_practice
from tests.emulators.assemblyai.program import Emulator
from tests.recordings import media
from tests.transcription.sounds import decode
from tests.transcription.vendor.controlling import start, stop, worker_env
from tests.transcription.vendor.ward import Ward, asked_by
from tests.worker.controlling import wait_until

MakeWard = Callable[[], Ward]
StartWorker = Callable[[], Path]


@pytest.fixture
def a_ward(
    emulator: Emulator,
    settings: Settings,
    vendor: VendorSettings,
    live_sessions: sessionmaker[Session],
    keyring: KeyRing,
    clock: FrozenClock,
    tmp_path: Path,
) -> MakeWard:
    """A clinic whose jobs are left to the worker's process."""
    store = FilesystemStore(tmp_path / "objects")
    settings = settings.model_copy(update={"vendor": vendor})
    return lambda: Ward(a_practice(live_sessions, keyring), emulator, settings, store, live_sessions, clock)


@pytest.fixture
def start_worker(
    emulator: Emulator, database_url: str, root_key_base64: str, tmp_path: Path, local_engine: object
) -> Iterator[StartWorker]:
    """A worker with both engines: a clinic that chose nothing goes to the vendor. Where it connects to is noted."""
    noted = tmp_path / "connections"
    env = worker_env(
        database_url,
        root_key_base64,
        tmp_path / "objects",
        ASSEMBLYAI_API_KEY=emulator.key,
        ASSEMBLYAI_BASE_URL=emulator.url,
        ASSEMBLYAI_WEBHOOKS="off",
        CONNECTIONS_FILE=str(noted),
        HF_HUB_OFFLINE="1",
    )
    running = []

    def begin() -> Path:
        running.append(start(env, tmp_path / "worker.log"))
        return noted

    yield begin
    for worker in running:
        stop(worker)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_local_clinics_recording_opens_no_socket_to_the_vendor_and_anothers_does(
    a_ward: MakeWard, start_worker: StartWorker, emulator: Emulator
) -> None:
    samples = np.repeat(decode(AUDIO), 3)
    audio, lasts = media.encoded(samples), len(samples) // 48
    here = a_ward()
    here.choose(engine="local")
    connections = start_worker()

    heard_here = here.recorded(audio, lasts)
    wait_until(lambda: here.status(heard_here) == ConsultationStatus.READY, "the local clinic's note", 400)

    assert here.transcript(heard_here)[0].engine == "local"
    assert to(connections, emulator) == []
    assert emulator.requests() == []

    # The same process, and the same way of looking, for a clinic that chose nothing.
    elsewhere = a_ward()
    heard_there = elsewhere.consult()
    wait_until(lambda: elsewhere.status(heard_there) == ConsultationStatus.READY, "the other clinic's note")

    assert elsewhere.transcript(heard_there)[0].engine == "assemblyai"
    assert to(connections, emulator) != []
    requests = {name for name, _ in to(connections, emulator)}
    assert asked_by(heard_here) not in requests
    assert asked_by(heard_there) in requests


def to(connections: Path, emulator: Emulator) -> list[list[str]]:
    """Connections to the vendor, each with the request that it was made for."""
    port = str(urlsplit(emulator.url).port)
    noted = [json.loads(line) for line in connections.read_text().splitlines()] if connections.exists() else []
    return [each for each in noted if port in each[1]]
