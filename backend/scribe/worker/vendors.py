"""What the worker does about vendors beside the stages: deleting, comparing, looking after."""

from functools import partial

from sqlalchemy.orm import Session, sessionmaker

from scribe.core.clock import Clock, SystemClock
from scribe.core.settings import Settings
from scribe.transcription import reconciliation, vendor_jobs
from scribe.transcription.care import Care
from scribe.transcription.deletion import Deletion
from scribe.transcription.engines.choice import Engines
from scribe.transcription.reconciliation import Reconciliation
from scribe.transcription.timing import Timing
from scribe.worker.chores import Chores
from scribe.worker.sessions import worker_session


def make_chores(
    settings: Settings,
    sessions: sessionmaker[Session],
    engines: Engines,
    *,
    clock: Clock | None = None,
    timing: Timing | None = None,
) -> Chores:
    """Also where no key is set any more: what was sent once is still on record."""
    waits, clock, enter = timing or Timing(), clock or SystemClock(), partial(worker_session, sessions)
    deletion = Deletion(enter, engines.remote, settings.vendor, clock, waits)
    compare = Reconciliation(sessions, enter, engines.remote, settings, clock, waits)
    return Chores(
        tasks={vendor_jobs.DELETE_TASK: deletion.run, reconciliation.TASK: compare.run},
        periodic={reconciliation.TASK: reconciliation.CRON} if engines.remote else {},
        care=Care(sessions, enter, engines.remote, settings, clock, waits),
    )
