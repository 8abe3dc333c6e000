"""Following running recordings, beside the stages: a queue and threads of its own."""

import threading
from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import queries as accounts
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.db.session import clinic_session
from scribe.events.base import EventBus
from scribe.storage.base import ObjectStore
from scribe.transcription.live import holding
from scribe.transcription.live.calls import Calls
from scribe.transcription.live.choice import Here, LiveEngines
from scribe.transcription.live.follower import Followers, Means

_log = structlog.get_logger(__name__)


class Live:
    """What a worker needs to follow recordings."""

    def __init__(
        self,
        settings: Settings,
        sessions: sessionmaker[Session],
        store: ObjectStore,
        keyring: KeyRing,
        bus: EventBus,
        here: Here,
    ) -> None:
        self._settings, self._sessions, self._clock = settings, sessions, SystemClock()
        self._calls, self._engines = Calls(bus), LiveEngines(settings, here)
        self._stopping = threading.Event()
        means = Means(
            sessions=sessions,
            store=store,
            keyring=keyring,
            settings=settings,
            clock=self._clock,
            bus=bus,
            engines=self._engines,
            calls=self._calls,
            stopping=self._stopping,
        )
        self.tasks: dict[str, Callable[..., None]] = {holding.TASK: Followers(means).run}
        self.concurrency = settings.live.live_sessions

    def settle(self) -> None:
        """Put on record what the lines of dead workers took."""
        with self._sessions.begin() as session:
            clinics = list(accounts.clinic_ids(session))
        for clinic_id in clinics:
            with clinic_session(self._sessions, clinic_id) as session:
                found = holding.settle_dead(session, self._settings, self._clock.now())
            if found:
                _log.warning("caption_lines_settled", clinic_id=str(clinic_id), count=found)

    def ask_to_stop(self) -> None:
        """Let followers end their lines."""
        self._stopping.set()

    def stop(self) -> None:
        """After all followers are gone."""
        self._calls.stop()
        self._engines.stop()
