"""A worker's process for tests of vendors: all is real but the waiting, which is short, and the draft."""

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

from scribe import events
from scribe.consultations.models import Stage
from scribe.consultations.pipeline import StageWork
from scribe.core import logging
from scribe.core import settings as all_settings
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.request_context import request_id
from scribe.db.session import make_engine, make_session_factory
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model.clients import LanguageModels
from scribe.storage.factory import make_store
from scribe.transcription.engines.choice import Engines
from scribe.transcription.tasks import RolesStage, TranscribeStage
from scribe.transcription.timing import Timing
from scribe.worker import main, vendors
from scribe.worker.live import Live

# Where each connection that the process makes is noted, with the request that it was made for.
CONNECTIONS, TIMING = "CONNECTIONS_FILE", "VENDOR_TIMING"


class NoDraft:
    """A draft of nothing: the note is another test's matter."""

    stage = Stage.DRAFT

    def run(self, work: StageWork) -> None:
        with work.completing():
            pass


def note_connections(path: Path) -> None:
    """From now on, and whatever library makes them."""
    sink = path.open("a", buffering=1)

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            sink.write(json.dumps([request_id.get(), repr(arguments[1])]) + "\n")

    sys.addaudithook(hear)


def run() -> None:
    if CONNECTIONS in os.environ:
        note_connections(Path(os.environ[CONNECTIONS]))
    settings = all_settings.load()
    logging.configure(settings.logs)
    timing = Timing(**json.loads(os.environ.get(TIMING, "{}")))
    keyring = KeyRing(base64.b64decode(settings.security.root_key.get_secret_value()))
    sessions = make_session_factory(make_engine(settings.database), keyring)
    bus, engines, store = events.make_bus(settings), Engines(settings), make_store(settings.storage)
    events.attach(sessions, bus)
    transcribe = TranscribeStage(store=store, keyring=keyring, settings=settings, engines=engines, timing=timing)
    runners = {Stage.TRANSCRIBE: transcribe, Stage.ROLES: RolesStage(), Stage.DRAFT: NoDraft()}
    chores = vendors.make_chores(settings, sessions, engines, timing=timing)
    drafters = ClinicDrafters(settings, LanguageModels(), SystemClock())
    live = Live(settings, sessions, store, keyring, bus, engines.here)
    main.run(settings, sessions, runners, lambda _clinic_id: None, drafters, chores, live)


if __name__ == "__main__":
    run()
