"""What can be asked about consultations, and the one gate to them."""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, any_, literal, select, union_all
from sqlalchemy.orm import Session

from scribe.accounts.models import Role, User
from scribe.consultations import patients
from scribe.consultations.errors import CursorInvalid
from scribe.consultations.models import Consultation, ConsultationStatus, Patient, Pipeline, Stage, StageState
from scribe.core.errors import NotFound

_FEW_PATIENTS = 2000


@dataclass(frozen=True)
class Listed:
    """A consultation with all that its reader sees beside it."""

    consultation: Consultation
    patient: Patient | None
    doctor_name: str
    pipeline: Pipeline | None


@dataclass(frozen=True)
class Filter:
    """What the worklist is narrowed to; empty means all."""

    statuses: tuple[ConsultationStatus, ...] = ()
    q: str = ""
    doctor_id: UUID | None = None


def is_visible(viewer: User) -> ColumnElement[bool]:
    """The one place that decides whose consultations a user may see: doctors their own, admins the clinic's."""
    in_clinic = Consultation.clinic_id == viewer.clinic_id
    if viewer.role == Role.ADMIN:
        return in_clinic
    return in_clinic & (Consultation.doctor_id == viewer.id)


def get(session: Session, viewer: User, consultation_id: UUID, *, for_update: bool = False) -> Consultation:
    """The consultation, locked if asked; missing and foreign ones are the same `NotFound`."""
    statement = select(Consultation).where(is_visible(viewer), Consultation.id == consultation_id)
    if for_update:
        # NO KEY: rows that point here (chunks, versions) can still be added meanwhile.
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    consultation = session.scalar(statement)
    if consultation is None:
        raise NotFound
    return consultation


def shown(session: Session, viewer: User, consultation_id: UUID) -> Listed:
    """The consultation with all that its reader sees beside it, or `NotFound`."""
    row = session.execute(_joined().where(is_visible(viewer), Consultation.id == consultation_id)).one_or_none()
    if row is None:
        raise NotFound
    return _listed(row)


def page(
    session: Session, viewer: User, narrowed: Filter, *, cursor: str | None, limit: int
) -> tuple[list[Listed], str | None]:
    """One page of the worklist, newest first, and the cursor of the next."""
    conditions = [is_visible(viewer)]
    if narrowed.doctor_id is not None:
        conditions.append(Consultation.doctor_id == narrowed.doctor_id)
    if narrowed.q.strip():
        conditions.append(_is_of_patients(session, viewer, narrowed.q))
    if cursor is not None:
        conditions.append(Consultation.id < _read_cursor(cursor))
    statement = _joined().where(*_page_of(conditions, narrowed.statuses, limit + 1)).order_by(Consultation.id.desc())
    rows = [_listed(row) for row in session.execute(statement.limit(limit + 1))]
    more = len(rows) > limit
    return rows[:limit], _write_cursor(rows[limit - 1].consultation.id) if more else None


def _is_of_patients(session: Session, viewer: User, q: str) -> ColumnElement[bool]:
    """Whether a consultation's patient matches.

    Few patients: by their ids, so that their consultations are read and sorted. Many: row by row down the list, which
    is soon full. Left to choose, the planner takes the second way for hundreds of patients, and reads most of the list.
    """
    matching = select(Patient.id).where(patients.matches(viewer, q))
    found = list(session.scalars(matching.limit(_FEW_PATIENTS + 1)))
    if len(found) > _FEW_PATIENTS:
        return Consultation.patient_id.in_(matching)
    return Consultation.patient_id == any_(literal(found, ARRAY(Uuid)))


def _page_of(
    conditions: list[ColumnElement[bool]], statuses: tuple[ConsultationStatus, ...], count: int
) -> list[ColumnElement[bool]]:
    """What the page's rows have in common.

    One status and none read straight off an index in the list's order. Several do not: so each status gives its own
    first rows, and the list is made of these.
    """
    if not statuses:
        return conditions
    if len(set(statuses)) == 1:
        return [*conditions, Consultation.status == statuses[0]]
    branches = [
        select(Consultation.id)
        .where(*conditions, Consultation.status == status)
        .order_by(Consultation.id.desc())
        .limit(count)
        .subquery()
        for status in sorted(set(statuses))
    ]
    return [Consultation.id.in_(union_all(*(select(branch.c.id) for branch in branches)))]


def _listed(row: Row[Consultation, Patient, str, Pipeline]) -> Listed:
    consultation, patient, doctor_name, pipeline = row
    return Listed(consultation, patient, doctor_name, pipeline)


def _joined() -> Select[Consultation, Patient, str, Pipeline]:
    return (
        select(Consultation, Patient, User.full_name, Pipeline)
        .join(User, User.id == Consultation.doctor_id)
        .outerjoin(Patient, Patient.id == Consultation.patient_id)
        .outerjoin(Pipeline, Pipeline.consultation_id == Consultation.id)
    )


def _write_cursor(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _read_cursor(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid from error


def failed_stage(session: Session, consultation: Consultation) -> Stage | None:
    """The stage that failed, if one did."""
    found = session.scalar(
        select(Pipeline.stage).where(Pipeline.consultation_id == consultation.id, Pipeline.state == StageState.FAILED)
    )
    return Stage(found) if found else None


def failed_before(session: Session, consultation: Consultation, stage: Stage) -> Stage | None:
    """The failed stage whose work `stage` would lack: what stands is from before that failure."""
    failed, order = failed_stage(session, consultation), list(Stage)
    return failed if failed is not None and order.index(failed) < order.index(stage) else None
