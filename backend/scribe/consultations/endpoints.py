"""Patients and consultations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from scribe.accounts.dependencies import CurrentUser
from scribe.consultations.models import ConsultationStatus, Patient
from scribe.consultations.schemas import (
    ConsentWording,
    ConsultationPage,
    ConsultationRead,
    ConsultationUpdate,
    PatientCreate,
    PatientPage,
    PatientRead,
    PatientUpdate,
)
from scribe.db.dependencies import SessionDep

router = APIRouter(tags=["consultations"])


@router.get("/api/patients", response_model=PatientPage)
def search_patients(
    session: SessionDep, user: CurrentUser, q: Annotated[str, Query(max_length=100)] = ""
) -> PatientPage:
    """Patients by name, record number or birth date; the 20 best."""
    raise NotImplementedError


@router.post("/api/patients", response_model=PatientRead, status_code=201)
def create_patient(body: PatientCreate, session: SessionDep, user: CurrentUser) -> Patient:
    """Add a patient."""
    raise NotImplementedError


@router.get("/api/patients/{patient_id}", response_model=PatientRead)
def read_patient(patient_id: UUID, session: SessionDep, user: CurrentUser) -> Patient:
    """A patient."""
    raise NotImplementedError


@router.patch("/api/patients/{patient_id}", response_model=PatientRead)
def update_patient(patient_id: UUID, body: PatientUpdate, session: SessionDep, user: CurrentUser) -> Patient:
    """Correct a patient's details."""
    raise NotImplementedError


@router.get("/api/consent-wording", response_model=ConsentWording)
def read_consent_wording(
    session: SessionDep, user: CurrentUser, language: Annotated[str, Query(pattern="^[a-z]{2}$")] = "en"
) -> ConsentWording:
    """The words to read out before recording."""
    raise NotImplementedError


@router.get("/api/consultations/events")
async def stream_consultation_events(request: Request) -> StreamingResponse:
    """Server-sent events of the clinic's consultations that the viewer may see (event `consultation`)."""
    raise NotImplementedError


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
    raise NotImplementedError


@router.get("/api/consultations/{consultation_id}", response_model=ConsultationRead)
def read_consultation(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> ConsultationRead:
    """A consultation."""
    raise NotImplementedError


@router.patch("/api/consultations/{consultation_id}", response_model=ConsultationRead)
def update_consultation(
    consultation_id: UUID, body: ConsultationUpdate, session: SessionDep, user: CurrentUser
) -> ConsultationRead:
    """Assign or change the patient, until the note is signed."""
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/cancel", response_model=ConsultationRead)
def cancel_consultation(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> ConsultationRead:
    """Give up a recording or a failed consultation. What was recorded is kept."""
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/retry", response_model=ConsultationRead)
def retry_consultation(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> ConsultationRead:
    """Run the failed stage again, and those after it."""
    raise NotImplementedError
