"""A worker's process for the fault tests: everything is real but the stages, which ask the test what to do."""

import base64
import json
import os
import signal
import socket

from sqlalchemy import text

from scribe import events
from scribe.consultations.models import Stage
from scribe.consultations.pipeline import StageFailed, StageWork
from scribe.core import logging
from scribe.core import settings as all_settings
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.db.session import make_engine, make_session_factory
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model.clients import LanguageModels
from scribe.storage.factory import make_store
from scribe.transcription.engines.choice import Engines
from scribe.worker import main
from scribe.worker.chores import Chores
from scribe.worker.live import Live

SAVE = text("INSERT INTO stage_results (consultation_id, stage, pid) VALUES (:consultation_id, :stage, :pid)")


def ask(work: StageWork, point: str) -> str:
    """Tell the test where we are, and wait for its word; a test that is gone says "go"."""
    facts = {
        "consultation_id": str(work.claim.consultation_id),
        "stage": str(work.claim.stage),
        "attempt_no": work.claim.attempt_no,
        "point": point,
        "pid": os.getpid(),
    }
    with socket.create_connection(("127.0.0.1", int(os.environ["CONTROLLER_PORT"]))) as line:
        line.sendall(json.dumps(facts).encode() + b"\n")
        return line.makefile().readline().strip() or "go"


class FakeStage:
    """A stage that saves one row, and does what the test says at two points: before and inside its last transaction."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def run(self, work: StageWork) -> None:
        with work.reading():
            pass
        self._obey(ask(work, "working"), work)
        with work.completing() as session:
            row = {"consultation_id": work.claim.consultation_id, "stage": str(self.stage), "pid": os.getpid()}
            session.execute(SAVE, row)
            self._obey(ask(work, "writing"), work)

    def _obey(self, word: str, work: StageWork) -> None:
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "fail":
            raise StageFailed("no_speech", "No speech was found.")
        if word == "fail_retryable":
            raise StageFailed("engine_busy", "The engine is busy.", retryable=True)
        if word == "crash":
            raise ValueError("a bug")
        while word == "until_stopped":
            work.progress(0.5)


if __name__ == "__main__":
    loaded = all_settings.load()
    logging.configure(loaded.logs)
    keyring = KeyRing(base64.b64decode(loaded.security.root_key.get_secret_value()))
    sessions = make_session_factory(make_engine(loaded.database), keyring)
    bus = events.make_bus(loaded)
    events.attach(sessions, bus)
    drafters = ClinicDrafters(loaded, LanguageModels(), SystemClock())
    live = Live(loaded, sessions, make_store(loaded.storage), keyring, bus, Engines(loaded).here)
    runners = {stage: FakeStage(stage) for stage in Stage}
    main.run(loaded, sessions, runners, lambda _clinic_id: None, drafters, Chores(), live)
