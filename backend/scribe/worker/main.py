"""The worker's process: the job loop, the reaper and the sweeps, until it is asked to stop."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations import pipeline
from scribe.consultations.models import Stage
from scribe.consultations.pipeline import StageRunner
from scribe.core.settings import Settings
from scribe.jobs.worker import Worker, quiet_library_logs
from scribe.worker import metrics
from scribe.worker.auditing import AuditWatch
from scribe.worker.reaping import Reaper, Sweeper
from scribe.worker.risks import RiskWatch
from scribe.worker.running import StageRuns

# Stages that do not hand back in time are left behind: their jobs are found by the next worker's reaper.
_LEAVE_BEHIND_AFTER_SECONDS = 5.0

_log = structlog.get_logger(__name__)


def run(
    settings: Settings,
    sessions: sessionmaker[Session],
    runners: Mapping[Stage, StageRunner],
    seal_abandoned: Callable[[UUID], None],
) -> None:
    """Work until SIGTERM or SIGINT."""
    quiet_library_logs()
    stopping = threading.Event()
    jobs = settings.jobs
    if jobs.worker_metrics_port:
        metrics.serve(jobs.worker_metrics_host, jobs.worker_metrics_port)
    rounds = [
        _every(jobs.job_reaper_interval_seconds, Reaper(sessions, jobs).reap, "reap", stopping),
        _every(jobs.job_sweep_interval_seconds, Sweeper(sessions, jobs, seal_abandoned).sweep, "sweep", stopping),
        # A round of its own: a walk down a long chain must not keep abandoned recordings waiting.
        _every(
            jobs.job_sweep_interval_seconds, AuditWatch(sessions, jobs.audit_full_walk_seconds).look, "audit", stopping
        ),
        _every(jobs.job_sweep_interval_seconds, RiskWatch(sessions).look, "risks", stopping),
    ]
    worker = Worker(
        settings.database.database_url.get_secret_value(),
        {pipeline.TASK: StageRuns(sessions, runners, jobs, stopping).run},
        jobs,
    )
    _log.info("worker_started", concurrency=jobs.worker_concurrency)
    asyncio.run(_until_stopped(worker, stopping, jobs.job_shutdown_seconds))
    for each in rounds:
        each.join(timeout=_LEAVE_BEHIND_AFTER_SECONDS)
    _log.info("worker_stopped")


async def _until_stopped(worker: Worker, stopping: threading.Event, shutdown_seconds: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask() -> None:
        stopping.set()
        stop.set()
        last = threading.Timer(shutdown_seconds + _LEAVE_BEHIND_AFTER_SECONDS, _leave)
        last.daemon = True
        last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
    await worker.run(stop)


def _leave() -> None:
    # A thread that blocks in foreign code cannot be ended in any other way.
    _log.warning("worker_left_stages_behind")
    os._exit(1)


def _every(seconds: float, act: Callable[[], None], name: str, stopping: threading.Event) -> threading.Thread:
    def rounds() -> None:
        # A round that never goes well must show as well.
        metrics.round_timestamp.labels(name).set_to_current_time()
        while True:
            try:
                act()
                metrics.round_timestamp.labels(name).set_to_current_time()
            except Exception as error:  # noqa: BLE001 - the rounds go on
                # PostgreSQL may be gone for a while; the next round will tell.
                _log.warning("worker_round_failed", round=name, error=type(error).__name__)
            if stopping.wait(seconds):
                return

    thread = threading.Thread(target=rounds, name=name, daemon=True)
    thread.start()
    return thread
