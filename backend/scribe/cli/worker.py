"""`scribe worker`: the process that turns recordings into notes."""

from scribe import events
from scribe.cli.environment import keyring_of, session_factory, settings_or_exit, trace_as
from scribe.core import logging
from scribe.core.clock import SystemClock
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model.clients import LanguageModels
from scribe.storage.factory import make_store
from scribe.transcription.engines.choice import Engines
from scribe.worker import main, stages, vendors
from scribe.worker.live import Live


def worker() -> None:
    """Work until SIGTERM or SIGINT, then hand back what is under way."""
    settings = settings_or_exit()
    logging.configure(settings.logs)
    trace_as("scribe-worker", settings)
    keyring, store = keyring_of(settings), make_store(settings.storage)
    with session_factory(settings) as sessions:
        bus, engines, models = events.make_bus(settings), Engines(settings), LanguageModels()
        events.attach(sessions, bus)
        seal = stages.make_sealing(settings, sessions, store, keyring)
        drafters = ClinicDrafters(settings, models, SystemClock())
        chores = vendors.make_chores(settings, sessions, engines)
        live = Live(settings, sessions, store, keyring, bus, engines.here)
        try:
            runners = stages.make_runners(settings, store, keyring, engines, drafters)
            main.run(settings, sessions, runners, seal, drafters, chores, live)
        finally:
            models.close()
