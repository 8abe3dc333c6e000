"""The worker's process: the job loop, the reaper and the sweeps, until it is asked to stop."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.consultations import pipeline
from scribe.consultations.models import Stage
from scribe.consultations.pipeline import StageRunner
from scribe.core.clock import SystemClock
from scribe.core.settings import Settings
from scribe.jobs import LIVE
from scribe.jobs.worker import Worker, quiet_library_logs
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.patient_documents import service as patient_documents
from scribe.notes.suggestions import service as suggestions
from scribe.notes.wordings import service as wordings
from scribe.worker import metrics
from scribe.worker.auditing import AuditWatch
from scribe.worker.chores import Chores
from scribe.worker.live import Live
from scribe.worker.patient_documents import DocumentRuns
from scribe.worker.reaping import Reaper, Sweeper
from scribe.worker.risks import RiskWatch
from scribe.worker.running import StageRuns
from scribe.worker.suggestions import SuggestionRuns
from scribe.worker.wordings import LearningRuns

# Stages that do not hand back in time are left behind: their jobs are found by the next worker's reaper.
_LEAVE_BEHIND_AFTER_SECONDS = 5.0

_log = structlog.get_logger(__name__)


def run(
    settings: Settings,
    sessions: sessionmaker[Session],
    runners: Mapping[Stage, StageRunner],
    seal_abandoned: Callable[[UUID], None],
    drafters: ClinicDrafters,
    chores: Chores,
    live: Live,
) -> None:
    """Work until SIGTERM or SIGINT."""
    quiet_library_logs()
    stopping = threading.Event()
    jobs = settings.jobs
    sweeper = Sweeper(sessions, jobs, seal_abandoned, chores.care)
    if jobs.worker_metrics_port:
        metrics.serve(jobs.worker_metrics_host, jobs.worker_metrics_port)
    rounds = [
        _every(jobs.job_reaper_interval_seconds, Reaper(sessions, jobs).reap, "reap", stopping),
        _every(jobs.job_sweep_interval_seconds, sweeper.sweep, "sweep", stopping),
        _every(jobs.job_sweep_interval_seconds, live.settle, "live", stopping),
        # A round of its own: a walk down a long chain must not keep abandoned recordings waiting.
        _every(
            jobs.job_sweep_interval_seconds, AuditWatch(sessions, jobs.audit_full_walk_seconds).look, "audit", stopping
        ),
        _every(jobs.job_sweep_interval_seconds, RiskWatch(sessions).look, "risks", stopping),
    ]
    tasks: dict[str, Callable[..., None]] = {
        pipeline.TASK: StageRuns(sessions, runners, jobs, stopping).run,
        suggestions.TASK: SuggestionRuns(sessions, drafters, SystemClock()).run,
        wordings.TASK: LearningRuns(sessions, SystemClock()).run,
        patient_documents.TASK: DocumentRuns(sessions, drafters).run,
        **chores.tasks,
    }
    workers = _workers(settings, tasks, chores, live)
    _log.info("worker_started", concurrency=jobs.worker_concurrency, live_sessions=live.concurrency)

    def ask() -> None:
        stopping.set()
        live.ask_to_stop()

    asyncio.run(_until_stopped(workers, ask, jobs.job_shutdown_seconds))
    live.stop()
    for each in rounds:
        each.join(timeout=_LEAVE_BEHIND_AFTER_SECONDS)
    _log.info("worker_stopped")


def _workers(settings: Settings, tasks: Mapping[str, Callable[..., None]], chores: Chores, live: Live) -> list[Worker]:
    """One for the stages and all else that is asked for, one for those who follow running recordings."""
    url, jobs = settings.database.database_url.get_secret_value(), settings.jobs
    workers = [Worker(url, tasks, jobs, concurrency=jobs.worker_concurrency, periodic=chores.periodic)]
    if live.concurrency:
        workers.append(Worker(url, live.tasks, jobs, LIVE, live.concurrency))
    return workers


async def _until_stopped(workers: Sequence[Worker], ask_threads: Callable[[], None], shutdown_seconds: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Tasks block, so each has a thread; the loop only fetches and beats.
    threads = sum(worker.concurrency for worker in workers) + 4
    loop.set_default_executor(ThreadPoolExecutor(threads, "task"))

    def ask() -> None:
        ask_threads()
        stop.set()
        last = threading.Timer(shutdown_seconds + _LEAVE_BEHIND_AFTER_SECONDS, _leave)
        last.daemon = True
        last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
    await asyncio.gather(*(worker.run(stop) for worker in workers))


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
