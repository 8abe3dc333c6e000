"""Which engine captions a clinic's recordings: that of its choice, and no other."""

import threading
from collections.abc import Callable

from scribe.accounts.clinic_settings import ClinicChoices
from scribe.core.settings import Settings
from scribe.transcription.engines.base import Engine
from scribe.transcription.live.base import LiveEngine

# An engine of this server by its name.
Here = Callable[[str], Engine]


class LiveEngines:
    """Each is made when a clinic first needs it; the local one shares its models with the stages."""

    def __init__(self, settings: Settings, here: Here) -> None:
        self._settings, self._here = settings, here
        self._lock = threading.Lock()
        self._made: dict[str, LiveEngine] = {}
        self._ends: list[Callable[[], None]] = []

    def of(self, choices: ClinicChoices) -> LiveEngine:
        """The engine; what it lacks (a key, models) is its sessions' problem."""
        name = f"{choices.engine}|{choices.region}"
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(choices)
            return self._made[name]

    def stop(self) -> None:
        """End what they have running."""
        for end in self._ends:
            end()

    def _make(self, choices: ClinicChoices) -> LiveEngine:
        # Imported here: each brings libraries that no other needs.
        if choices.engine == "fake":
            from scribe.transcription.live.fake import FakeLive  # noqa: PLC0415

            return FakeLive()
        if choices.engine == "assemblyai":
            from scribe.transcription.engines.assemblyai.streaming import AssemblyAILive  # noqa: PLC0415

            return AssemblyAILive(self._settings.vendor.account(choices.region))
        from scribe.transcription.engines.local import LocalEngine  # noqa: PLC0415
        from scribe.transcription.live.decoding import Decoding  # noqa: PLC0415
        from scribe.transcription.live.local import LocalLive  # noqa: PLC0415

        engine = self._here("local")
        if not isinstance(engine, LocalEngine):
            raise TypeError("the local engine is another one")
        decoding = Decoding(engine.priority)
        self._ends.append(decoding.stop)
        return LocalLive(engine, decoding)
