"""Patients and consultations."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from scribe.accounts.dependencies import CurrentUser, find_session
from scribe.accounts.models import Role, User
from scribe.audit import service as audit
from scribe.consultations import context, patients, queries, service, wording
from scribe.consultations.models import ConsultationStatus, Patient
from scribe.consultations.presenting import present
from scribe.consultations.schemas import (
    ConsentWording,
    ConsultationChanged,
    ConsultationPage,
    ConsultationRead,
    ConsultationUpdate,
    ContextRead,
    ContextWrite,
    Language,
    PatientCreate,
    PatientPage,
    PatientRead,
    PatientUpdate,
)
from scribe.consultations.streaming import Pace, Watcher, stream
from scribe.core.errors import Unauthenticated
from scribe.db.dependencies import SessionDep

router = APIRouter(tags=["consultations"])


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@router.get("/api/patients", response_model=PatientPage)
def search_patients(
    session: SessionDep, user: CurrentUser, q: Annotated[str, Query(max_length=100)] = ""
) -> PatientPage:
    """Patients by name, record number or birth date; the 20 best."""
    found = patients.search(session, user, q)
    audit.record(session, "patient.searched", entity_type="patient", entity_id=None, count=len(found))
    return PatientPage(items=[PatientRead.model_validate(patient) for patient in found])


@router.post("/api/patients", response_model=PatientRead, status_code=201)
def create_patient(body: PatientCreate, session: SessionDep, user: CurrentUser) -> Patient:
    """Add a patient."""
    return patients.create(session, author=user, wanted=body)


@router.get("/api/patients/{patient_id}", response_model=PatientRead)
def read_patient(patient_id: UUID, session: SessionDep, user: CurrentUser) -> Patient:
    """A patient."""
    patient = patients.get(session, user, patient_id)
    audit.record(session, "patient.read", entity_type="patient", entity_id=patient.id)
    return patient


@router.patch("/api/patients/{patient_id}", response_model=PatientRead)
def update_patient(patient_id: UUID, body: PatientUpdate, session: SessionDep, user: CurrentUser) -> Patient:
    """Correct a patient's details."""
    patient = patients.get(session, user, patient_id)
    patients.update(session, patient=patient, wanted=body)
    return patient


@router.get("/api/consent-wording", response_model=ConsentWording)
def read_consent_wording(
    user: CurrentUser,  # noqa: ARG001 - only who is signed in may ask
    language: Annotated[str, Query(pattern="^[a-z]{2}$")] = "en",
) -> ConsentWording:
    """The words to read out before recording."""
    return wording.current(language)


@router.get("/api/languages", response_model=list[Language])
def list_languages(user: CurrentUser) -> list[Language]:  # noqa: ARG001 - only who is signed in may ask
    """The languages that a consultation can be held in."""
    return wording.languages()


# The schema is that of each event's data.
_EVENTS = {"model": ConsultationChanged, "content": {EventStream.media_type: {"schema": {"type": "object"}}}}


@router.get("/api/consultations/events", response_class=EventStream, responses={200: _EVENTS})
async def stream_consultation_events(request: Request) -> EventStream:
    """Server-sent events of the clinic's consultations that the viewer may see (event `consultation`)."""
    watcher = await run_in_threadpool(_watcher, request)
    if watcher is None:
        raise Unauthenticated
    body = stream(request.app.state.events, watcher, partial(_watcher, request), Pace())
    # Proxies must hand each event on at once.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(body, headers=headers)


@router.get("/api/consultations", response_model=ConsultationPage)
def list_consultations(
    session: SessionDep,
    user: CurrentUser,
    status: Annotated[list[ConsultationStatus] | None, Query()] = None,
    q: Annotated[str, Query(max_length=100)] = "",
    doctor_id: UUID | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ConsultationPage:
    """The worklist, newest first. Doctors see their own; admins see the clinic's."""
    narrowed = queries.Filter(tuple(status or ()), q, doctor_id)
    rows, next_cursor = queries.page(session, user, narrowed, cursor=cursor, limit=limit)
    audit.record(session, "consultation.listed", entity_type="consultation", entity_id=None, count=len(rows))
    return ConsultationPage(items=[present(user, row) for row in rows], next_cursor=next_cursor)


@router.get("/api/consultations/{consultation_id}", response_model=ConsultationRead)
def read_consultation(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> ConsultationRead:
    """A consultation."""
    listed = queries.shown(session, user, consultation_id)
    audit.record(session, "consultation.read", entity_type="consultation", entity_id=consultation_id)
    return present(user, listed)


@router.patch("/api/consultations/{consultation_id}", response_model=ConsultationRead)
def update_consultation(
    consultation_id: UUID, body: ConsultationUpdate, session: SessionDep, user: CurrentUser
) -> ConsultationRead:
    """Assign or change the patient, until the note is signed."""
    consultation = queries.get(session, user, consultation_id, for_update=True)
    patient = patients.get(session, user, body.patient_id) if body.patient_id else None
    service.assign_patient(session, consultation=consultation, doctor=user, patient=patient)
    return _shown(session, user, consultation_id)


@router.get("/api/consultations/{consultation_id}/context", response_model=ContextRead)
def read_context(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> ContextRead:
    """What the consultation's doctor typed beside the recording. For them alone; no draft reads it."""
    consultation = queries.get(session, user, consultation_id)
    return context.read(session, consultation=consultation, reader=user)


@router.put("/api/consultations/{consultation_id}/context", response_model=ContextRead)
def save_context(
    consultation_id: UUID, body: ContextWrite, session: SessionDep, user: CurrentUser, request: Request
) -> ContextRead:
    """Keep what was typed, all of it, instead of what was kept before; until the note is signed."""
    consultation = queries.get(session, user, consultation_id, for_update=True)
    now = request.app.state.clock.now()
    return context.save(session, consultation=consultation, doctor=user, text=body.text, now=now)


@router.post("/api/consultations/{consultation_id}/cancel", response_model=ConsultationRead)
def cancel_consultation(
    consultation_id: UUID, session: SessionDep, user: CurrentUser, *, only_while_recording: bool = False
) -> ConsultationRead:
    """Give up a recording or a failed consultation. What was recorded is kept, and never transcribed.

    `only_while_recording` is for a device whose word may come late: what was processed meanwhile is refused.
    """
    consultation = queries.get(session, user, consultation_id, for_update=True)
    service.cancel(session, consultation=consultation, doctor=user, only_while_recording=only_while_recording)
    return _shown(session, user, consultation_id)


@router.post("/api/consultations/{consultation_id}/retry", response_model=ConsultationRead)
def retry_consultation(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> ConsultationRead:
    """Run the failed stage again, and those after it."""
    consultation = queries.get(session, user, consultation_id, for_update=True)
    service.retry(session, consultation=consultation, doctor=user)
    return _shown(session, user, consultation_id)


def _shown(session: Session, user: User, consultation_id: UUID) -> ConsultationRead:
    session.flush()
    return present(user, queries.shown(session, user, consultation_id))


def _watcher(request: Request) -> Watcher | None:
    """Whose stream it is, in a short session of its own. Watching is no activity: it never keeps a session open."""
    with request.app.state.session_factory.begin() as session:
        found = find_session(request, session)
        if found is None or found.locked or found.user.must_change_password:
            return None
        return Watcher(found.user.id, found.user.clinic_id, Role(found.user.role))
