"""What Scribe adds to a vendor's own time, and what two hundred recordings at a vendor at once cost one worker."""

import base64
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select

from benchmarks import figures
from scribe.cli.embedded.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline
from scribe.core.clock import FrozenClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import AppSettings, DatabaseSettings, SecuritySettings, Settings, StorageSettings
from scribe.db.session import make_session_factory
from scribe.storage.filesystem import FilesystemStore
from tests.consultations.builders import a_practice
from tests.emulators.assemblyai.program import Emulator
from tests.transcription.vendor.controlling import start, stop
from tests.transcription.vendor.ward import Ward

_ROOT_KEY = bytes(range(32))
_AT_ONCE, _TAKES_SECONDS, _ONE_BY_ONE = 200, 20, 10
BACKEND = Path(__file__).parents[1]


@dataclass
class _Running:
    """A clinic, and the one worker that its recordings have."""

    ward: Ward
    worker: psutil.Process


def run() -> None:
    """Both figures; nothing is asserted."""
    with tempfile.TemporaryDirectory(prefix="scribe-bench-vendor-") as directory, Emulator() as emulator:
        Path(directory).chmod(0o755)
        with _scribe(Path(directory), emulator) as running:
            _overhead(running)
            _many(running)


def _overhead(running: _Running) -> None:
    added = []
    for _ in range(_ONE_BY_ONE):
        consultation = running.ward.consult()
        _wait_for(running.ward, [consultation])
        ended = datetime.fromisoformat(running.ward.emulator.jobs()[-1]["completed"])
        added.append((running.ward.pipeline(consultation).updated_at - ended).total_seconds() * 1000)
    print(f"from the vendor's end to the draft, one worker, webhook and all: {figures.summary(added)}", flush=True)


def _many(running: _Running) -> None:
    ward, worker = running.ward, running.worker
    ward.emulator.script({"on": "submit", "do": {"job": {"takes_s": _TAKES_SECONDS}}, "times": None})
    ward.emulator.set(concurrency=2 * _AT_ONCE)
    before, threads, over = worker.memory_info().rss, [worker.num_threads()], threading.Event()

    def count() -> None:
        while not over.wait(0.2):
            threads.append(worker.num_threads())

    counting = threading.Thread(target=count)
    counting.start()
    began = time.perf_counter()
    consultations = [ward.consult() for _ in range(_AT_ONCE)]
    sent = time.perf_counter() - began
    _wait_for(ward, consultations)
    took = time.perf_counter() - began
    over.set()
    counting.join()
    print(
        f"{_AT_ONCE} recordings at a vendor that takes {_TAKES_SECONDS} s for each, one worker: {took:.1f} s in all"
        f" (the last was asked for after {sent:.1f} s), memory {before / 1024**2:.0f} MB before and"
        f" {figures.peak_memory_mb(worker.pid):.0f} MB at most, threads {threads[0]} before and {max(threads)} at most"
        f" (median {statistics.median(threads):.0f})",
        flush=True,
    )


def _wait_for(ward: Ward, consultations: list[Consultation]) -> None:
    wanted = {consultation.id for consultation in consultations}
    while True:
        with ward.transaction() as session:
            ready = session.scalars(select(Consultation.id).where(Consultation.status == ConsultationStatus.READY))
            missing = wanted - set(ready)
            failed = session.scalars(select(Pipeline.error_code).where(Pipeline.error_code.is_not(None))).all()
        if failed:
            raise RuntimeError(f"some failed: {set(failed)}")
        if not missing:
            return
        time.sleep(0.05)


@contextmanager
def _scribe(root: Path, emulator: Emulator) -> Iterator[_Running]:
    postgres = EmbeddedPostgres(root / "postgres", free_port(), durable=False)
    postgres.start()
    processes = []
    try:
        postgres.ensure_database("scribe", "app", "owner")
        config = Config(str(BACKEND / "alembic.ini"))
        config.attributes["url"] = postgres.url(OWNER_ROLE, "owner")
        command.upgrade(config, "head")
        port, key = free_port(), base64.b64encode(_ROOT_KEY).decode()
        env = {
            "ENVIRONMENT": "embedded",
            "DATABASE_URL": postgres.url(APP_ROLE, "app"),
            "ROOT_KEY": key,
            "TOKEN_KEY": key,
            "STORAGE_ROOT": str(root / "objects"),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "ASSEMBLYAI_API_KEY": emulator.key,
            "ASSEMBLYAI_BASE_URL": emulator.url,
        }
        processes.append(start(env, root / "service.log", f"scribe.cli serve --port {port}"))
        processes.append(start(env, root / "worker.log", "scribe.cli worker"))
        yield _Running(_ward(env, root, emulator), psutil.Process(processes[-1].pid))
    finally:
        for process in processes:
            stop(process)
        postgres.stop()


def _ward(env: dict[str, str], root: Path, emulator: Emulator) -> Ward:
    keyring = KeyRing(_ROOT_KEY)
    factory = make_session_factory(create_engine(env["DATABASE_URL"]), keyring)
    settings = Settings(
        app=AppSettings(environment="embedded"),
        database=DatabaseSettings(database_url=env["DATABASE_URL"]),
        storage=StorageSettings(storage_root=root / "objects"),
        security=SecuritySettings(root_key=env["ROOT_KEY"], token_key=env["TOKEN_KEY"]),
    )
    store = FilesystemStore(root / "objects")
    return Ward(a_practice(factory, keyring), emulator, settings, store, factory, FrozenClock(datetime.now(UTC)))
