"""The engines of this server. There is no fall-through: what is set to local is never sent anywhere."""

import threading

from scribe.core.settings import Settings, SettingsInvalid
from scribe.transcription.engines.base import Engine


class Engines:
    """Those that work here, each made when a clinic first needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._here = dict[str, Engine]()

    def here(self, name: str) -> Engine:
        """The engine of that name on this server; its models are loaded at the first use."""
        with self._lock:
            if name not in self._here:
                self._here[name] = make_engine(self._settings, name)
            return self._here[name]


def make_engine(settings: Settings, name: str) -> Engine:
    """An engine that works on this server."""
    if name == "assemblyai":
        raise SettingsInvalid("AssemblyAI cannot transcribe yet. Set TRANSCRIPTION_ENGINE=local.")
    # Imported here: the local engine's libraries take a second and 100 MB, and the API process needs none of them.
    if name == "fake":
        from scribe.transcription.engines.fake import FakeEngine  # noqa: PLC0415

        return FakeEngine()
    from scribe.transcription.engines.local import LocalEngine  # noqa: PLC0415

    return LocalEngine(settings.engine)
