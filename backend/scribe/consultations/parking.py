"""A stage that waits for somebody else holds no worker: it parks, and is looked at again later, or when it is woken.

The look carries the number of the attempt that parked the stage, so of two looks (a wake and the delayed one) the
later finds that the stage has moved on. A look that is lost is asked for again by the sweep.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.consultations import pipeline
from scribe.consultations.hints import hint
from scribe.consultations.models import Stage, StageState
from scribe.consultations.pipeline import Claim, Waiting

_NOW = timedelta(0)


def park(session: Session, claim: Claim, *, waiting: Waiting, delay: timedelta) -> None:
    """Give the stage back until the delay is over, or at once where it was woken meanwhile; `Superseded` if lost.

    Not counted as a try, and the count begins anew: an attempt that ends by itself is none that kills its worker.
    """
    consultation, row = pipeline.held(session, claim)
    if row.wake_asked:
        delay = _NOW
    row.state, row.tries, row.wake_asked = StageState.WAITING, 0, False
    row.waiting_code, row.waiting_message = waiting.code, waiting.message
    pipeline.touch(row)
    row.parked_until = row.updated_at + delay
    pipeline.enqueue(
        session,
        claim.clinic_id,
        claim.consultation_id,
        claim.stage,
        delay=delay or None,
        attempt_no=claim.attempt_no,
    )
    hint(session, consultation, row)


def wake(session: Session, consultation_id: UUID, stage: Stage) -> None:
    """There is news for the stage: look at once, or right after the attempt that is under way. Asked twice, once."""
    found = pipeline.live(session, consultation_id, stage)
    if found is None:
        return
    consultation, row = found
    if row.wake_asked:
        return
    if row.state == StageState.RUNNING:
        row.wake_asked = True
    elif row.parked_until is not None:
        row.wake_asked = True
        pipeline.enqueue(session, consultation.clinic_id, consultation_id, stage, attempt_no=row.attempt_no)
