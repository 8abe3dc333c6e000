"""The pipeline's law: who may write a stage's result, and what comes next.

A stage is claimed (commit), does its work outside any transaction, and is completed (commit). Every claim raises
`attempt_no`; a write that carries an older number finds no row and is refused (a fencing token), so a worker that
was paused and thought dead cannot finish another's attempt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.consultations.models import Consultation, Stage


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


class StageWork(Protocol):
    """What a stage's runner is given."""

    claim: Claim

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A short transaction inside the clinic, for loading what the stage needs."""
        ...

    def progress(self, fraction: float) -> None:
        """Say how far the work is (0..1); cheap, rate-limited, raises `Superseded` when the claim is lost."""
        ...

    @contextmanager
    def completing(self) -> Iterator[Session]:
        """The last transaction: locks the pipeline row, checks the fence, lets the runner save its result, marks the
        stage done and enqueues the next (or makes the consultation ready), all in one commit. Raises `Superseded`."""
        ...


class StageRunner(Protocol):
    """One stage. Ends with one `with work.completing() as session: ...`, or raises `StageFailed`."""

    stage: Stage

    def run(self, work: StageWork) -> None:
        """Do the stage's work."""
        ...


def request(session: Session, consultation: Consultation, stage: Stage) -> None:
    """Ask for a stage (and those after it), in the caller's transaction: pipeline row, status, job."""
    raise NotImplementedError
