"""`scribe demo`: all of Scribe on this machine, with nothing installed but its Python packages."""

import os
import signal
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from alembic import command
from alembic.config import Config

from scribe.cli.embedded import home as homes
from scribe.cli.embedded import models, people, processes, vendor
from scribe.cli.embedded.environment import RUNNING, backup_environment, environment, note_running
from scribe.cli.embedded.postgres import DATABASE, EmbeddedPostgres, PostgresFailed
from scribe.cli.embedded.redis import EmbeddedRedis, find_server
from scribe.cli.embedded.supervisor import BACKEND, Service, StartFailed, wait_until_ready, watch
from scribe.core.ids import new_id
from scribe.core.settings import EngineSettings, load


class Demo:
    """The embedded Scribe, from first process to last."""

    def __init__(self, home: Path, port: int, engine: str = "") -> None:
        self.home, self.port = home, port
        self.vendor_port = processes.free_port() if engine == vendor.NAME else None
        self.url = f"http://localhost:{port}"
        self.secrets = homes.load_secrets(home)
        self.people = people.load_people(home)
        self.postgres = EmbeddedPostgres(home / "postgres", processes.free_port())
        self.redis: EmbeddedRedis | None = None
        self.services: list[Service] = []
        self._stopping = threading.Event()

    def start(self) -> None:
        """Bring everything up, in order; raises `StartFailed` or `PostgresFailed`."""
        self.postgres.start()
        self.postgres.ensure_database(DATABASE, self.secrets.app_password, self.secrets.owner_password)
        if program := find_server():
            self.redis = EmbeddedRedis(program, self.home, processes.free_port())
            self.redis.start()
        redis_url = self.redis.url if self.redis else ""
        env = environment(self.home, self.secrets, self.postgres, redis_url, self.port)
        if self.vendor_port is not None:
            env |= vendor.settings(self.vendor_port)
        backup_env = backup_environment(self.home, env, self.postgres)
        note_running(self.home, backup_env)
        os.environ.update(env)
        self._migrate(env["DATABASE_OWNER_URL"])
        self._seed()
        logs = self.home / "logs"
        serve = ["serve", "--host", "127.0.0.1", "--port", str(self.port)]
        self.services = [
            Service("service", serve, env, logs / "service.log"),
            Service("worker", ["worker"], env, logs / "worker.log"),
        ]
        if self.vendor_port is not None:
            self.services.append(vendor.service(self.vendor_port, env, logs / "emulator.log"))
        if os.environ.get("BACKUP_REPOSITORY"):
            self.services.append(Service("backup", ["ops", "backup", "run"], backup_env, logs / "backup.log"))
        for service in self.services:
            service.ensure_runs()
        wait_until_ready(f"{self.url}/health/ready", self.services[0])

    def run(self) -> None:
        """Keep everything running until `stop_soon`."""
        checks = [self._ensure_postgres, self._ensure_redis]
        checks += [partial(self._ensure, service) for service in self.services]
        watch(checks, self._stopping.is_set)

    def stop_soon(self) -> None:
        """End `run` (from a signal handler)."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether `run` was told to end."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Stop all that was started, the users of a thing before the thing."""
        (self.home / RUNNING).unlink(missing_ok=True)
        for service in self.services:
            service.stop()
        if self.redis:
            self.redis.stop()
        self.postgres.stop()

    def _migrate(self, owner_url: str) -> None:
        config = Config(str(BACKEND / "alembic.ini"))
        config.attributes["url"] = owner_url
        command.upgrade(config, "head")

    def _seed(self) -> None:
        if self.postgres.has_rows(DATABASE, "clinics"):
            return
        # Imported here: half a second of libraries that only the first start needs.
        from scribe.cli.embedded.seed import seed_clinic  # noqa: PLC0415

        seed_clinic(load(), people.CLINIC, self.people)

    def _ensure(self, service: Service) -> None:
        if service.ensure_runs():
            _say(f"The {service.name} had stopped; it was started again. See {service.log}")

    def _ensure_postgres(self) -> None:
        if self.postgres.pid is None and not self._stopping.is_set():
            _say("PostgreSQL had stopped; it is started again.")
            self.postgres.start()

    def _ensure_redis(self) -> None:
        if self.redis and self.redis.pid is None and not self._stopping.is_set():
            _say("Redis had stopped; it is started again.")
            self.redis.start()


def demo(
    port: Annotated[int, typer.Option(help="The port of the web page.")] = int(os.environ.get("PORT", "8000")),
    engine: Annotated[str, typer.Option(help="assemblyai-emulator: transcribe as in a cloud, on this machine.")] = "",
) -> None:
    """Start everything on this machine and print where it is."""
    began = time.monotonic()
    home = homes.default_home()
    if engine not in ("", vendor.NAME):
        raise _fail(StartFailed(f"There is no engine {engine}. Leave it out, or say {vendor.NAME}."))
    try:
        lock = homes.open_home(home)
        _refuse_taken_port(port)
        _fetch_models()
        running = Demo(home, port, engine)
    except (homes.HomeUnusable, StartFailed) as error:
        raise _fail(error) from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: running.stop_soon())
    try:
        running.start()
        _print_where(running, time.monotonic() - began)
        threading.Thread(target=_make_sample_once, args=(running,), daemon=True).start()
        running.run()
        _say("Stopping ...")
    except (StartFailed, PostgresFailed) as error:
        raise _fail(error) from error
    finally:
        running.stop()
        lock.close()


def _fetch_models() -> None:
    model_dir = EngineSettings().model_dir
    if not models.missing(model_dir):
        return
    try:
        models.fetch(model_dir, _say)
    except models.ModelsUnavailable as error:
        raise StartFailed(str(error)) from error


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StartFailed(
                f"Port {port} is taken. Stop what uses it, or choose another: make demo PORT=8001"
            ) from error


def _print_where(running: Demo, seconds: float) -> None:
    lines = [f"\nScribe is ready after {seconds:.1f} s:  {running.url}\n", f"Sign in to {people.CLINIC} as"]
    lines += [f"  {person.role:<7} {person.email:<28} {person.password}" for person in running.people]
    if running.vendor_port is not None:
        lines += [
            f"\nAudio is transcribed by an emulator of AssemblyAI on this machine: http://127.0.0.1:{running.vendor_port}",
            "What it can be made to do: docs/operations/assemblyai.md.",
        ]
    lines += [f"\nData and logs: {running.home}", f"Figures (Prometheus): {', '.join(_figures_urls(running))}"]
    lines += ["Stop with Ctrl-C. Nothing is lost; the next start goes on.\n"]
    _say("\n".join(lines))


def _figures_urls(running: Demo) -> list[str]:
    """Where the service and the worker tell theirs."""
    jobs = load().jobs
    workers = [f"http://{jobs.worker_metrics_host}:{jobs.worker_metrics_port}/metrics"]
    return [f"{running.url}/metrics", *(workers if jobs.worker_metrics_port else [])]


def _make_sample_once(running: Demo) -> None:
    made = running.home / "sample-made"
    if made.exists() or os.environ.get("SCRIBE_DEMO_SAMPLE") == "no":
        return
    # Imported here: no later start needs it.
    from scribe.cli.embedded import sample  # noqa: PLC0415

    _say("Making the sample consultation: its audio goes through the real pipeline (under a minute) ...")
    try:
        consultation_id = sample.make_sample(running.url, running.people[0], _sample_key(running.home))
    except Exception as error:  # noqa: BLE001 - the demo is of use without its sample
        if running.is_stopping:
            _say("The sample consultation is not finished; the next start goes on with it.")
            return
        _say(f"The sample consultation was not made: {error}. Logs: {running.home / 'logs'}")
        return
    made.touch()
    _say(f"Sample consultation: {running.url}/consultations/{consultation_id}")


def _sample_key(home: Path) -> UUID:
    """The idempotency key of the sample's start, kept before it is used: an interrupted start is found again."""
    path = home / "sample-key"
    if not path.exists():
        homes.write_private(path, str(new_id()))
    return UUID(path.read_text())


def _say(text: str) -> None:
    print(text, flush=True)


def _fail(error: Exception) -> typer.Exit:
    print(f"Scribe did not start. {error}", file=sys.stderr, flush=True)
    return typer.Exit(1)
