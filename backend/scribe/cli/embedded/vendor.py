"""AssemblyAI on this machine: the tests' emulator, which hears with the local engine, in the vendor's place."""

from pathlib import Path

from scribe.cli.embedded.supervisor import Service

NAME = "assemblyai-emulator"
_MODULE, _KEY = "tests.emulators.assemblyai", "emulator-key"


def settings(port: int) -> dict[str, str]:
    """What sends all audio to the emulator, and nothing anywhere else."""
    host = f"127.0.0.1:{port}"
    return {
        "TRANSCRIPTION_ENGINE": "assemblyai",
        "ASSEMBLYAI_API_KEY": _KEY,
        "ASSEMBLYAI_BASE_URL": f"http://{host}",
        "ASSEMBLYAI_STREAMING_URL": f"ws://{host}",
        "ASSEMBLYAI_GATEWAY_URL": f"http://{host}",
    }


def service(port: int, env: dict[str, str], log: Path) -> Service:
    """The emulator, started again whenever it dies; what it held is then lost, as far as Scribe can tell."""
    return Service("emulator", ["--port", str(port), "--key", _KEY], env, log, module=_MODULE)
