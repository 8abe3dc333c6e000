"""The engine that the settings name. There is no fall-through: what is set to local is never sent anywhere."""

from scribe.core.settings import Settings, SettingsInvalid
from scribe.transcription.engines.base import Engine


def make_engine(settings: Settings) -> Engine:
    """The engine; its models are loaded at the first use."""
    if settings.default_engine == "assemblyai":
        raise SettingsInvalid("AssemblyAI cannot transcribe yet. Set TRANSCRIPTION_ENGINE=local.")
    # Imported here: the local engine's libraries take a second and 100 MB, and the API process needs none of them.
    if settings.default_engine == "fake":
        from scribe.transcription.engines.fake import FakeEngine  # noqa: PLC0415

        return FakeEngine()
    from scribe.transcription.engines.local import LocalEngine  # noqa: PLC0415

    return LocalEngine(settings.engine)
