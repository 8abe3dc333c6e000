"""Once a minute, for each clinic: nothing at a vendor is forgotten, and nothing goes on where it is not wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import clinic_settings
from scribe.consultations import parking
from scribe.consultations.models import Stage
from scribe.core.clock import Clock
from scribe.core.settings import Settings
from scribe.jobs import queries as jobs
from scribe.transcription import conditions, vendor_jobs
from scribe.transcription import vendor_queries as queries
from scribe.transcription.deletion import Entering
from scribe.transcription.engines.remote import RemoteEngine, RemoteFailed
from scribe.transcription.timing import Timing
from scribe.transcription.vendor_models import ServiceCondition, VendorJobState

# How often a region is asked how it fares, while recordings go there.
_ASKED_EVERY, _ASKED_WHEN_ILL = timedelta(minutes=5), timedelta(minutes=1)

_log = structlog.get_logger(__name__)


@dataclass
class Figures:
    """What one round found, over all clinics."""

    in_flight: dict[VendorJobState, int] = field(default_factory=dict)
    undeleted: int = 0
    oldest_undeleted: datetime | None = None
    regions_in_use: set[str] = field(default_factory=set)
    conditions: Mapping[str, ServiceCondition] = field(default_factory=dict)


@dataclass(frozen=True)
class Care:
    """The sweep's part that is about vendors."""

    sessions: sessionmaker[Session]
    enter: Entering
    engines: Mapping[str, RemoteEngine]
    settings: Settings
    clock: Clock
    timing: Timing

    def of_clinic(self, clinic_id: UUID, figures: Figures) -> None:
        """One clinic: jobs that nobody waits for, that are in the wrong place, or that are still to be deleted."""
        now = self.clock.now()
        with self.enter(clinic_id) as session:
            for job in queries.left_alone(session, since=now - timedelta(seconds=self.timing.kept)):
                vendor_jobs.abandon(session, job, now)
                _log.warning("vendor_job_left_alone", vendor_job=str(job.id))
            choices = clinic_settings.of(session, self.settings)
            if choices.engine == vendor_jobs.VENDOR:
                figures.regions_in_use.add(choices.region)
            for consultation_id in queries.elsewhere(session, vendor=choices.engine, region=choices.region):
                parking.wake(session, consultation_id, Stage.TRANSCRIBE)
        with self.enter(clinic_id) as session:
            undeleted = queries.undeleted(session)
            # After the rows: a task that ends in between leaves a row that its next run finds settled.
            asked = jobs.live(session, "vendor_job_id") if undeleted else set()
            for job in undeleted:
                if str(job.id) not in asked:
                    vendor_jobs.ask_to_delete(session, job)
            for state, number in queries.count_in_flight(session).items():
                figures.in_flight[state] = figures.in_flight.get(state, 0) + number
        figures.undeleted += len(undeleted)
        if undeleted:
            oldest = undeleted[0].stepped_at
            figures.oldest_undeleted = min(oldest, figures.oldest_undeleted or oldest)

    def of_accounts(self, figures: Figures) -> None:
        """Ask each region in use how it fares, if nobody has for some minutes."""
        for region in sorted(figures.regions_in_use & set(self.engines)):
            with self.sessions.begin() as session:
                is_ours = conditions.take_turn(
                    session, region, self.clock.now(), every=_ASKED_EVERY, when_ill=_ASKED_WHEN_ILL
                )
            if is_ours:
                self._ask(region)
        with self.sessions.begin() as session:
            figures.conditions = conditions.rows(session)

    def _ask(self, region: str) -> None:
        failure: RemoteFailed | None = None
        try:
            self.engines[region].probe()
        except RemoteFailed as error:
            failure = error
        with self.sessions.begin() as session:
            conditions.note(session, region, failure.kind if failure else None, self.clock.now())
