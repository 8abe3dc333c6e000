"""The queue's working side: fetch jobs, run them in threads, beat. Restarts itself when PostgreSQL comes back."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import procrastinate
import structlog
from sqlalchemy import make_url

from scribe.core import tracing
from scribe.core.request_context import NOBODY
from scribe.core.settings import JobSettings
from scribe.jobs.base import STAGES

# New jobs are notified of; polling finds those whose delay is over.
_POLL_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 10.0
# A server that sleeps at night does what was due when it wakes.
_MADE_UP_WITHIN_SECONDS = 23 * 3600

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Worker:
    """Runs the tasks (by name) of one queue in `database_url`, each in a thread of the loop's executor."""

    database_url: str
    tasks: Mapping[str, Callable[..., None]]
    settings: JobSettings
    queue: str = STAGES
    concurrency: int = 1
    # Which of them also come by the clock (cron, UTC), once over all workers; a worker that starts late makes up.
    periodic: Mapping[str, str] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then wait for the running jobs, at most the shutdown time."""
        loop = asyncio.get_running_loop()
        pause = 0.5
        while not stop.is_set():
            began = loop.time()
            try:
                await self._run_once(stop)
            except Exception as error:  # noqa: BLE001 - the loop outlives every one
                # PostgreSQL gone, or this worker was thought dead and struck off: begin anew, under a new number.
                _log.warning("worker_interrupted", error=type(error).__name__)
            if stop.is_set():
                return
            pause = 0.5 if loop.time() - began > _LONGEST_PAUSE_SECONDS else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            await _wait(stop, pause)

    async def _run_once(self, stop: asyncio.Event) -> None:
        app = procrastinate.App(connector=self._connector(), periodic_defaults={"max_delay": _MADE_UP_WITHIN_SECONDS})
        for name, task in self.tasks.items():
            known = app.task(name=name)(_traced(name, task))
            if name in self.periodic:
                app.periodic(cron=self.periodic[name])(known)
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[self.queue],
                    concurrency=self.concurrency,
                    fetch_job_polling_interval=_POLL_SECONDS,
                    update_heartbeat_interval=self.settings.job_heartbeat_seconds,
                    stalled_worker_timeout=self.settings.job_stalled_after_seconds,
                    shutdown_graceful_timeout=self.settings.job_shutdown_seconds,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
            )
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopping.cancel()
                # The library takes a cancellation for the wish to stop gracefully.
                working.cancel()
                await asyncio.wait({working})
            if not working.cancelled():
                working.result()

    def _connector(self) -> procrastinate.PsycopgConnector:
        url = make_url(self.database_url).set(drivername="postgresql")
        return procrastinate.PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False),
            kwargs={"application_name": "scribe-worker", "connect_timeout": 5},
            min_size=1,
            max_size=self.concurrency + 3,
            timeout=10,
        )


def _traced(name: str, task: Callable[..., None]) -> Callable[..., None]:
    def run(*values: object, **ids: object) -> None:
        with tracing.job(name, str(ids.get("request_id", NOBODY))):
            task(*values, **ids)

    return run


def quiet_library_logs() -> None:
    """Keep the library's own chatter down; what happens to a job is logged by Scribe, by ids."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
