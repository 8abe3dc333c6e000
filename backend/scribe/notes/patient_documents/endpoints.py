"""Documents for the patient: write, read, edit, approve."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from scribe.accounts.dependencies import CurrentUser
from scribe.audit import service as audit
from scribe.consultations import queries as consultations
from scribe.core.if_match import version_of
from scribe.db.dependencies import SessionDep
from scribe.notes import queries as notes
from scribe.notes.endpoints import IfMatch, note_for_change
from scribe.notes.models import Note
from scribe.notes.patient_documents import presenting, queries, service, trail
from scribe.notes.patient_documents.models import DocumentKind, PatientDocument
from scribe.notes.patient_documents.schemas import (
    DocumentSectionWrite,
    DocumentVersionFull,
    DocumentVersionRead,
    PatientDocumentRead,
    PatientDocumentsRead,
    WriteDocument,
)

router = APIRouter(tags=["patient-documents"])
_ALL = "/api/consultations/{consultation_id}/patient-documents"
_ONE = _ALL + "/{kind}"


def _document(
    consultation_id: UUID, kind: DocumentKind, session: SessionDep, user: CurrentUser
) -> tuple[Note, PatientDocument]:
    consultation = consultations.get(session, user, consultation_id)
    note = notes.get_note(session, consultation.id)
    return note, queries.get(session, note, kind)


Read = Annotated[tuple[Note, PatientDocument], Depends(_document)]


@router.get(_ALL, response_model=PatientDocumentsRead)
def list_patient_documents(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> PatientDocumentsRead:
    """The documents that were written from the note."""
    consultation = consultations.get(session, user, consultation_id)
    note = notes.get_note(session, consultation.id)
    audit.record(session, "patient_documents.read", entity_type="consultation", entity_id=consultation.id)
    return presenting.present_all(session, user, consultation, note)


@router.post(_ONE, response_model=PatientDocumentRead)
def write_patient_document(
    consultation_id: UUID,
    kind: DocumentKind,
    body: WriteDocument,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
    response: Response,
) -> PatientDocumentRead:
    """Write the document from the signed note and its addenda; 409 `document_has_human_edits` unless that was agreed.

    409 `document_approved` while it is approved: reopen it first.
    Where the clinic drafts with a language model, that goes on writing; a hint tells when it has ended.
    """
    consultation, note = note_for_change(session, user, consultation_id)
    document = service.write(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        kind=kind,
        replace_human_edits=body.replace_human_edits,
        settings=request.app.state.settings,
    )
    return _shown(session, note, document, response)


@router.get(_ONE, response_model=PatientDocumentRead)
def read_patient_document(read: Read, session: SessionDep, response: Response) -> PatientDocumentRead:
    """The document in its newest version."""
    note, document = read
    trail.record(session, "patient_document.read", note, document)
    return _shown(session, note, document, response)


@router.put(_ONE + "/sections/{section_key}", response_model=PatientDocumentRead)
def write_patient_document_section(
    consultation_id: UUID,
    kind: DocumentKind,
    section_key: str,
    body: DocumentSectionWrite,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: IfMatch,
) -> PatientDocumentRead:
    """Save a section as typed. 412 `stale` when someone else saved; 409 `document_approved` once it is approved."""
    consultation, note = note_for_change(session, user, consultation_id)
    document = service.write_section(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        kind=kind,
        version=version_of(if_match),
        key=section_key,
        text=body.text,
    )
    return _shown(session, note, document, response)


@router.post(_ONE + "/approve", response_model=PatientDocumentRead)
def approve_patient_document(
    consultation_id: UUID,
    kind: DocumentKind,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> PatientDocumentRead:
    """Approve the document for the patient: its PDF carries no draft mark from now on."""
    consultation, note = note_for_change(session, user, consultation_id)
    document = service.approve(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        kind=kind,
        version=version_of(if_match),
        clock=request.app.state.clock,
    )
    return _shown(session, note, document, response)


@router.post(_ONE + "/reopen", response_model=PatientDocumentRead)
def reopen_patient_document(
    consultation_id: UUID,
    kind: DocumentKind,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: IfMatch,
) -> PatientDocumentRead:
    """Take the approval back, to edit the document again."""
    consultation, note = note_for_change(session, user, consultation_id)
    document = service.reopen(
        session, consultation=consultation, note=note, doctor=user, kind=kind, version=version_of(if_match)
    )
    return _shown(session, note, document, response)


@router.get(_ONE + "/versions", response_model=list[DocumentVersionRead])
def list_patient_document_versions(read: Read, session: SessionDep) -> list[DocumentVersionRead]:
    """Every version, newest first."""
    note, document = read
    trail.record(session, "patient_document.versions_listed", note, document)
    return presenting.present_versions(session, document)


@router.get(_ONE + "/versions/{version}", response_model=DocumentVersionFull)
def read_patient_document_version(read: Read, version: int, session: SessionDep) -> DocumentVersionFull:
    """An older version."""
    note, document = read
    shown = presenting.present_version(session, note, document, version)
    trail.record(session, "patient_document.version_read", note, document, read=version)
    return shown


def _shown(session: Session, note: Note, document: PatientDocument, response: Response) -> PatientDocumentRead:
    shown = presenting.present(session, note, document)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown
