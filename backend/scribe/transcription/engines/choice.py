"""The engines of this server. There is no fall-through: what is set to local is never sent anywhere."""

import threading
from collections.abc import Mapping

from scribe.core.settings import Settings
from scribe.core.settings.vendors import REGIONS
from scribe.transcription.engines.base import Engine
from scribe.transcription.engines.remote import RemoteEngine


class Engines:
    """Those that work here, each made when a clinic first needs it; and a vendor's, for each region that has a key."""

    def __init__(
        self,
        settings: Settings,
        *,
        here: Mapping[str, Engine] | None = None,
        remote: Mapping[str, RemoteEngine] | None = None,
    ) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._here = dict(here or {})
        self.remote = make_remote(settings) if remote is None else remote

    def here(self, name: str) -> Engine:
        """The engine of that name on this server; its models are loaded at the first use."""
        with self._lock:
            if name not in self._here:
                self._here[name] = make_engine(self._settings, name)
            return self._here[name]


def make_engine(settings: Settings, name: str) -> Engine:
    """An engine that works on this server."""
    # Imported here: the local engine's libraries take a second and 100 MB, and the API process needs none of them.
    if name == "fake":
        from scribe.transcription.engines.fake import FakeEngine  # noqa: PLC0415

        return FakeEngine()
    if name != "local":
        raise ValueError(f"{name} does not work on this server")
    from scribe.transcription.engines.local import LocalEngine  # noqa: PLC0415

    return LocalEngine(settings.engine)


def make_remote(settings: Settings) -> dict[str, RemoteEngine]:
    """AssemblyAI in each region that has a key; nothing is connected to yet, and without a key nothing is loaded."""
    accounts = [settings.vendor.account(region) for region in REGIONS if settings.vendor.has_key(region)]
    if not accounts:
        return {}
    from scribe.transcription.engines.assemblyai.engine import AssemblyAI  # noqa: PLC0415

    return {account.region: AssemblyAI(account) for account in accounts}
