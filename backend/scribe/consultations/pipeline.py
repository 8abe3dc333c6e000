"""The pipeline's law: who may write a stage's result, and what comes next.

A stage is claimed (commit), does its work outside any transaction, and is completed (commit). Every claim raises
`attempt_no`; a write that carries an older number finds no row and is refused (a fencing token), so a worker that
was paused and thought dead cannot finish another's attempt.

Locks are taken in one order everywhere: the consultation's row, then its pipeline's. What a stage does that waits for
somebody else is beside this (`parking`).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from scribe import jobs
from scribe.audit import service as audit
from scribe.consultations.hints import hint
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline, Stage, StageState
from scribe.core.clock import SystemClock
from scribe.core.ids import new_id
from scribe.core.request_context import request_id

TASK = "pipeline.run_stage"
ORDER = tuple(Stage)
LIVE = (StageState.WAITING, StageState.RUNNING)
_LAST_TRIES = "last_tries"

_queue = jobs.make_queue()


class StageFailed(Exception):
    """The stage cannot succeed. `message` is for the doctor; `retryable` lets the worker try again by itself."""

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        self.code, self.message, self.retryable = code, message, retryable
        super().__init__(message)


class Superseded(Exception):
    """Another attempt has taken over; stop, and write nothing."""


@dataclass(frozen=True)
class Claim:
    """The right to write one stage's result, until someone claims it anew."""

    clinic_id: UUID
    consultation_id: UUID
    stage: Stage
    attempt_no: int


@dataclass(frozen=True)
class Waiting:
    """What a parked stage waits for; the message is for the doctor."""

    code: str
    message: str


class StageWork(Protocol):
    """What a stage's runner is given."""

    @property
    def claim(self) -> Claim:
        """The right to write this stage's result."""
        ...

    def reading(self) -> AbstractContextManager[Session]:
        """A short transaction inside the clinic, for loading what the stage needs."""
        ...

    def progress(self, fraction: float) -> None:
        """Say how far the work is (0..1); cheap, rate-limited, raises `Superseded` when the claim is lost."""
        ...

    def holding(self) -> AbstractContextManager[Session]:
        """A transaction behind the fence that ends nothing: what must be on record before the next step is taken."""
        ...

    def parking(self, waiting: Waiting, delay: timedelta) -> AbstractContextManager[Session]:
        """The last transaction of a stage that waits for somebody else: it is looked at again after the delay."""
        ...

    def failing(self, failure: StageFailed) -> AbstractContextManager[Session]:
        """The last transaction of a stage that cannot succeed: what the runner saves commits with the failure."""
        ...

    def completing(self) -> AbstractContextManager[Session]:
        """The last transaction: checks the fence under a lock, lets the runner save its result, then moves on.

        It marks the stage done and enqueues the next (or makes the consultation ready), all in one commit, and makes
        the stage's one audit event itself. Raises `Superseded` where the claim is lost.
        """
        ...


class StageRunner(Protocol):
    """One stage. Ends with one `with work.completing() as session: ...`, or parks, or raises `StageFailed`."""

    @property
    def stage(self) -> Stage:
        """Which stage it runs."""
        ...

    def run(self, work: StageWork) -> None:
        """Do the stage's work."""
        ...


def request(session: Session, consultation: Consultation, stage: Stage) -> None:
    """Ask for a stage (and those after it), in the caller's transaction: pipeline row, status, job.

    The caller has locked the consultation and recorded why. An attempt that still runs is fenced off.
    """
    pipeline = _locked(session, consultation.id)
    if pipeline is None:
        pipeline = Pipeline(
            id=new_id(), clinic_id=consultation.clinic_id, consultation_id=consultation.id, attempt_no=0
        )
        session.add(pipeline)
    pipeline.attempt_no += 1
    _wait_for(pipeline, stage)
    if consultation.status != ConsultationStatus.PROCESSING:
        consultation.status = ConsultationStatus.PROCESSING
    session.flush()
    enqueue(session, consultation.clinic_id, consultation.id, stage)
    hint(session, consultation, pipeline)


def enqueue(
    session: Session,
    clinic_id: UUID,
    consultation_id: UUID,
    stage: Stage,
    *,
    delay: timedelta | None = None,
    attempt_no: int | None = None,
    is_last_try: bool = False,
) -> None:
    """Put the stage's job in the queue, in the session's transaction, with the id of the request that asks for it.

    With an attempt's number it is a look at what that attempt parked, and is dropped where the stage has moved on.

    Without a lock on the consultation: the fence keeps two attempts apart, and a locked job would not be fetched until
    the next poll, since the stage before it still runs at the moment of its notification. Last tries of what lost its
    workers wait for one another, or one that kills its worker would take those that ran beside it each time along.
    """
    of_attempt = {} if attempt_no is None else {"attempt_no": str(attempt_no)}
    _queue.defer(
        session,
        TASK,
        lock=_LAST_TRIES if is_last_try else None,
        delay=delay,
        clinic_id=clinic_id,
        consultation_id=consultation_id,
        stage=stage,
        request_id=request_id.get(),
        **of_attempt,
    )


@dataclass(frozen=True)
class Taken:
    """A fresh claim, the how-manieth try of its stage it is, and when the stage began (before it parked)."""

    claim: Claim
    tries: int
    began_at: datetime


def claim(
    session: Session, clinic_id: UUID, consultation_id: UUID, stage: Stage, attempt_no: int | None = None
) -> Taken | None:
    """Take the stage over from whoever had it; None if it is not to be run (any more).

    With the number of the attempt that parked it, only if it is still parked by that one.
    Counted before the work begins, so that work that kills its worker is counted too.
    """
    found = live(session, consultation_id, stage)
    if found is None:
        return None
    consultation, pipeline = found
    if attempt_no is not None and (pipeline.attempt_no, pipeline.state) != (attempt_no, StageState.WAITING):
        return None
    pipeline.attempt_no += 1
    pipeline.tries += 1
    pipeline.state = StageState.RUNNING
    touch(pipeline)
    began_at = pipeline.stage_started_at
    if pipeline.parked_until is None or began_at is None:
        pipeline.progress, began_at = 0, pipeline.updated_at
    pipeline.parked_until, pipeline.wake_asked, pipeline.stage_started_at = None, False, began_at
    hint(session, consultation, pipeline)
    return Taken(Claim(clinic_id, consultation_id, stage, pipeline.attempt_no), pipeline.tries, began_at)


def write_progress(session: Session, claim: Claim, fraction: float) -> None:
    """Note how far the work is; `Superseded` if the claim is lost."""
    pipeline = session.scalar(
        update(Pipeline)
        .where(*_is_held(claim))
        .values(
            progress=min(max(float(fraction), 0.0), 1.0), waiting_code=None, waiting_message=None, updated_at=func.now()
        )
        .returning(Pipeline)
    )
    if pipeline is None:
        raise Superseded
    hint(session, session.get_one(Consultation, claim.consultation_id), pipeline)


@contextmanager
def completing(session: Session, claim: Claim) -> Iterator[None]:
    """The fence around a stage's result: `Superseded` before the block unless the claim still holds.

    After the block the stage is done and the next one asked for, in the session's transaction.
    """
    consultation, pipeline = held(session, claim)
    yield
    following = ORDER[ORDER.index(claim.stage) + 1 :]
    if following:
        _wait_for(pipeline, following[0])
        enqueue(session, claim.clinic_id, claim.consultation_id, following[0])
    else:
        pipeline.state, pipeline.progress = StageState.DONE, 1
        pipeline.waiting_code = pipeline.waiting_message = None
        consultation.status = ConsultationStatus.READY
    touch(pipeline)
    audit.record(
        session,
        "pipeline.stage_completed",
        entity_type="consultation",
        entity_id=claim.consultation_id,
        stage=str(claim.stage),
        attempt=claim.attempt_no,
    )
    session.flush()
    hint(session, consultation, pipeline)


def fail(session: Session, claim: Claim, failure: StageFailed) -> None:
    """End the stage for good: a named error on the pipeline, the consultation failed; what earlier stages saved stays.

    `Superseded` if the claim is lost.
    """
    consultation, pipeline = held(session, claim)
    _end(session, consultation, pipeline, failure)


def try_again(session: Session, claim: Claim, *, delay: timedelta) -> None:
    """Give the stage back and ask for it once more, later; `Superseded` if the claim is lost."""
    consultation, pipeline = held(session, claim)
    pipeline.state = StageState.WAITING
    touch(pipeline)
    enqueue(session, claim.clinic_id, claim.consultation_id, claim.stage, delay=delay)
    hint(session, consultation, pipeline)


def hand_back(session: Session, claim: Claim) -> None:
    """Give the stage back at once, uncounted: its worker is asked to stop."""
    consultation, pipeline = held(session, claim)
    pipeline.state, pipeline.tries = StageState.WAITING, pipeline.tries - 1
    touch(pipeline)
    enqueue(session, claim.clinic_id, claim.consultation_id, claim.stage)
    hint(session, consultation, pipeline)


def revive(
    session: Session,
    consultation_id: UUID,
    stage: Stage,
    *,
    max_tries: int,
    dead: StageFailed,
    attempt_no: int | None = None,
) -> str:
    """Decide on a stage whose worker is gone; the lost attempt is fenced off at once.

    "requeued", "dead_lettered" at the cap, or "settled" where there is nothing left to do: a lost look (with the number
    of the attempt that parked the stage) at what has moved on since is no loss.
    """
    found = live(session, consultation_id, stage)
    if found is None:
        return "settled"
    consultation, pipeline = found
    if attempt_no is not None and pipeline.attempt_no > attempt_no + 1:
        return "settled"
    pipeline.attempt_no += 1
    if pipeline.state == StageState.WAITING and pipeline.parked_until is None:
        # Lost before it was claimed, so not yet counted. A parked stage's next look is not counted at all.
        pipeline.tries += 1
    if pipeline.tries >= max_tries:
        _end(session, consultation, pipeline, dead)
        return "dead_lettered"
    pipeline.state = StageState.WAITING
    touch(pipeline)
    is_last_try = pipeline.tries == max_tries - 1
    enqueue(session, consultation.clinic_id, consultation_id, stage, is_last_try=is_last_try)
    hint(session, consultation, pipeline)
    return "requeued"


def _end(session: Session, consultation: Consultation, pipeline: Pipeline, failure: StageFailed) -> None:
    pipeline.state = StageState.FAILED
    pipeline.error_code, pipeline.error_message = failure.code, failure.message
    pipeline.parked_until = pipeline.waiting_code = pipeline.waiting_message = None
    touch(pipeline)
    consultation.status = ConsultationStatus.FAILED
    audit.record(
        session,
        "pipeline.stage_failed",
        entity_type="consultation",
        entity_id=consultation.id,
        outcome="failure",
        stage=str(pipeline.stage),
        code=failure.code,
    )
    hint(session, consultation, pipeline)


def _wait_for(pipeline: Pipeline, stage: Stage) -> None:
    pipeline.stage, pipeline.state = stage, StageState.WAITING
    pipeline.tries, pipeline.progress = 0, 0
    pipeline.error_code = pipeline.error_message = None
    pipeline.stage_started_at = pipeline.parked_until = pipeline.waiting_code = pipeline.waiting_message = None
    pipeline.wake_asked = False
    touch(pipeline)


def touch(pipeline: Pipeline) -> None:
    """Note that something of it has changed now."""
    pipeline.updated_at = SystemClock().now()


def live(session: Session, consultation_id: UUID, stage: Stage) -> tuple[Consultation, Pipeline] | None:
    """Both rows, locked, if the stage waits or runs."""
    consultation = _lock_consultation(session, consultation_id)
    pipeline = _locked(session, consultation_id)
    if (
        consultation is None
        or pipeline is None
        or consultation.status != ConsultationStatus.PROCESSING
        or pipeline.stage != stage
        or pipeline.state not in LIVE
    ):
        return None
    return consultation, pipeline


def held(session: Session, claim: Claim) -> tuple[Consultation, Pipeline]:
    """Both rows, locked, while the claim holds; else `Superseded`."""
    consultation = _lock_consultation(session, claim.consultation_id)
    pipeline = _locked(session, claim.consultation_id)
    if (
        consultation is None
        or pipeline is None
        or (pipeline.attempt_no, pipeline.stage, pipeline.state) != (claim.attempt_no, claim.stage, StageState.RUNNING)
        or consultation.status != ConsultationStatus.PROCESSING
    ):
        raise Superseded
    return consultation, pipeline


def _is_held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        Pipeline.consultation_id == claim.consultation_id,
        Pipeline.attempt_no == claim.attempt_no,
        Pipeline.stage == claim.stage,
        Pipeline.state == StageState.RUNNING,
    )


def _lock_consultation(session: Session, consultation_id: UUID) -> Consultation | None:
    statement = select(Consultation).where(Consultation.id == consultation_id)
    # NO KEY: rows that point here can still be added meanwhile.
    return session.scalar(statement.with_for_update(key_share=True).execution_options(populate_existing=True))


def _locked(session: Session, consultation_id: UUID) -> Pipeline | None:
    statement = select(Pipeline).where(Pipeline.consultation_id == consultation_id)
    return session.scalar(statement.with_for_update().execution_options(populate_existing=True))
