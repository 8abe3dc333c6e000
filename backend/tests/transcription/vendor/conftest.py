"""The vendor's part is played by the emulator: a program of its own, as at its start for each test."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from scribe.cli.embedded.processes import free_port
from scribe.core.clock import FrozenClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import AppSettings, DatabaseSettings, Settings, VendorSettings
from scribe.http.app import create_app
from tests.consultations.builders import a_practice
from tests.emulators.assemblyai.program import Emulator
from tests.fixtures.fakes import MemoryStore
from tests.transcription.vendor.ward import Ward


@pytest.fixture
def emulator(vendor_program: Emulator) -> Emulator:
    """Nothing has happened yet."""
    vendor_program.reset()
    return vendor_program


@pytest.fixture
def vendor(emulator: Emulator) -> VendorSettings:
    """The emulator as AssemblyAI in the US; its webhooks are another test's matter."""
    return vendor_settings(emulator)


def vendor_settings(emulator: Emulator, **more: object) -> VendorSettings:
    return VendorSettings(
        **{
            "assemblyai_api_key": SecretStr(emulator.key),
            "assemblyai_base_url": emulator.url,
            "assemblyai_base_url_eu": emulator.url,
            "assemblyai_webhooks": "off",
            **more,
        }
    )


@pytest.fixture
def ward(
    emulator: Emulator,
    settings: Settings,
    vendor: VendorSettings,
    session_factory: sessionmaker[Session],
    keyring: KeyRing,
    store: MemoryStore,
    clock: FrozenClock,
) -> Ward:
    """A practice that sends its recordings to the emulator, and a worker that is driven by hand."""
    practice = a_practice(session_factory, keyring)
    return Ward(practice, emulator, settings.model_copy(update={"vendor": vendor}), store, session_factory, clock)


@pytest.fixture
def served(settings: Settings, database_url: str, emulator: Emulator) -> Iterator[tuple[FastAPI, Settings]]:
    """The service, which the emulator's webhooks reach; and the settings by which it is asked to."""
    port = free_port()
    settings = settings.model_copy(
        update={
            "app": AppSettings(environment="embedded", public_url=f"http://127.0.0.1:{port}"),
            "database": DatabaseSettings(database_url=database_url),
            "vendor": vendor_settings(emulator, assemblyai_webhooks="auto"),
        }
    )
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        threading.Event().wait(0.02)
    yield app, settings
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def hooked(
    served: tuple[FastAPI, Settings],
    emulator: Emulator,
    live_sessions: sessionmaker[Session],
    keyring: KeyRing,
    store: MemoryStore,
    clock: FrozenClock,
) -> Ward:
    """A practice whose vendor tells the running service when it is done."""
    practice = a_practice(live_sessions, keyring)
    return Ward(practice, emulator, served[1], store, live_sessions, clock)
