"""Who follows a running recording: one worker at a time, for as long as it beats; and what its lines cost."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from scribe import jobs
from scribe.accounts import clinic_settings, costs, usage
from scribe.audit import service as audit
from scribe.consultations.models import Consultation, ConsultationStatus
from scribe.core.ids import new_id
from scribe.core.settings import Settings
from scribe.transcription.live.base import SILENT_LINE_SECONDS
from scribe.transcription.live.models import LiveFollow

TASK = "live.follow"

_queue = jobs.make_queue()


class Overtaken(Exception):
    """Another follower has taken over: this one was thought dead."""


@dataclass(frozen=True)
class Hold:
    """The right to follow a recording."""

    clinic_id: UUID
    consultation_id: UUID
    holder: UUID
    # Up to where captions are final.
    captioned_ms: int


def request(session: Session, settings: Settings, consultation: Consultation, now: datetime) -> None:
    """Have a running recording followed, in the session's transaction, unless somebody does."""
    if consultation.status != ConsultationStatus.RECORDING or not settings.live.live_sessions:
        return
    is_followed = select(LiveFollow.id).where(
        LiveFollow.consultation_id == consultation.id, _beats(settings, now), LiveFollow.holder.is_not(None)
    )
    if session.scalar(is_followed) is None:
        _queue.defer(
            session,
            TASK,
            queue=jobs.LIVE,
            # Each reader asks every few seconds; while none is free to follow, one job waits for all of them.
            only_once=f"{TASK}:{consultation.id}",
            clinic_id=consultation.clinic_id,
            consultation_id=consultation.id,
        )


def take(session: Session, settings: Settings, consultation_id: UUID, now: datetime) -> Hold | None:
    """The hold; None where somebody else has it, or nothing is recorded. A dead follower's line is settled."""
    clinic_id: UUID = session.info["clinic_id"]
    status = session.scalar(select(Consultation.status).where(Consultation.id == consultation_id))
    if status != ConsultationStatus.RECORDING:
        return None
    session.execute(
        upsert(LiveFollow)
        .values(id=new_id(), clinic_id=clinic_id, consultation_id=consultation_id, beat_at=now)
        .on_conflict_do_nothing(index_elements=["consultation_id"])
    )
    row = session.scalars(
        select(LiveFollow).where(LiveFollow.consultation_id == consultation_id).with_for_update()
    ).one()
    if row.holder is not None and row.beat_at > now - timedelta(seconds=settings.live.live_claim_seconds):
        return None
    _settle(session, settings, row)
    row.holder, row.beat_at = new_id(), now
    return Hold(clinic_id, consultation_id, row.holder, row.captioned_ms)


def beat(session: Session, hold: Hold, now: datetime, captioned_ms: int) -> None:
    """Still there."""
    row = _held(session, hold)
    row.beat_at, row.captioned_ms = now, max(row.captioned_ms, captioned_ms)


def open_line(session: Session, hold: Hold, vendor: str, region: str, now: datetime) -> None:
    """Sound is about to leave this server on a vendor's line; raises `BudgetReached` where it may not."""
    usage.require_budget(session, now)
    row = _held(session, hold)
    row.line_vendor, row.line_opened_at = vendor, now
    audit.record(
        session,
        "recording.sent_to_vendor",
        entity_type="consultation",
        entity_id=hold.consultation_id,
        kind="captions",
        vendor=vendor,
        region=region,
    )


def close_line(session: Session, settings: Settings, hold: Hold, open_seconds: float) -> None:
    """The line is closed: what it took goes on record."""
    row = _held(session, hold)
    _record(session, settings, row, open_seconds)


def release(session: Session, hold: Hold) -> None:
    """Follow no more."""
    _held(session, hold).holder = None


def settle_dead(session: Session, settings: Settings, now: datetime) -> int:
    """Put the lines of dead followers on record; gives how many there were."""
    statement = (
        select(LiveFollow)
        .where(LiveFollow.clinic_id == session.info["clinic_id"], LiveFollow.line_vendor.is_not(None))
        .where(~_beats(settings, now))
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(statement).all()
    for row in found:
        _settle(session, settings, row)
        row.holder = None
    return len(found)


def _beats(settings: Settings, now: datetime) -> ColumnElement[bool]:
    return LiveFollow.beat_at > now - timedelta(seconds=settings.live.live_claim_seconds)


def _held(session: Session, hold: Hold) -> LiveFollow:
    row = session.scalar(
        select(LiveFollow)
        .where(LiveFollow.consultation_id == hold.consultation_id, LiveFollow.holder == hold.holder)
        .with_for_update()
    )
    if row is None:
        raise Overtaken
    return row


def _settle(session: Session, settings: Settings, row: LiveFollow) -> None:
    """Its worker died, and its connection with it; the vendor may have waited for more for a while."""
    if row.line_opened_at is not None:
        seconds = (row.beat_at - row.line_opened_at).total_seconds() + SILENT_LINE_SECONDS
        _record(session, settings, row, seconds)


def _record(session: Session, settings: Settings, row: LiveFollow, open_seconds: float) -> None:
    vendor, row.line_vendor, row.line_opened_at = row.line_vendor, None, None
    seconds = math.ceil(open_seconds)
    if vendor is None or seconds <= 0:
        return
    key_terms = bool(clinic_settings.of(session, settings).key_terms)
    estimated = costs.captions(settings.vendor, seconds=seconds, medical=True, key_terms=key_terms, speaker_labels=True)
    usage.record(
        session,
        vendor=vendor,
        kind="captions",
        quantity=seconds,
        unit="seconds",
        estimated_microcents=estimated,
        consultation_id=row.consultation_id,
    )
