"""Notes: read, edit, sign, amend."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy.orm import Session

from scribe.accounts.dependencies import CurrentUser, current_user
from scribe.accounts.models import User
from scribe.consultations import queries as consultations
from scribe.consultations.models import Consultation
from scribe.core.if_match import version_of
from scribe.db.dependencies import SessionDep
from scribe.db.session import clinic_session
from scribe.notes import listing, presenting, queries, service, signing, trail, versions
from scribe.notes.models import Note
from scribe.notes.schemas import (
    AddendumCreate,
    NoteRead,
    NoteVersionFull,
    NoteVersionRead,
    Redraft,
    SectionWrite,
    Sign,
    TemplateRead,
)

router = APIRouter(tags=["notes"])
IfMatch = Annotated[str, Header()]


@router.get("/api/templates", response_model=list[TemplateRead])
def list_templates(request: Request) -> Response:
    """The clinic's templates."""
    # Transactions of its own: none is open while the cache is asked.
    state = request.app.state
    with state.session_factory.begin() as session:
        clinic_id = current_user(request, session).clinic_id
        key = listing.key_of_templates(session)
    answer = state.cache.get(key)
    if answer is None:
        with clinic_session(state.session_factory, clinic_id) as session:
            answer = listing.templates(session)
        state.cache.put(key, answer)
    return Response(answer, media_type="application/json")


@router.get("/api/consultations/{consultation_id}/note", response_model=NoteRead)
def read_note(consultation_id: UUID, session: SessionDep, user: CurrentUser, response: Response) -> NoteRead:
    """The note in its newest version."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    trail.record(session, "note.read", note)
    return _shown(session, consultation, note, response)


@router.put("/api/consultations/{consultation_id}/note/sections/{section_key}", response_model=NoteRead)
def write_section(
    consultation_id: UUID,
    section_key: str,
    body: SectionWrite,
    session: SessionDep,
    user: CurrentUser,
    response: Response,
    if_match: IfMatch,
) -> NoteRead:
    """Save a section as typed. Lines that did not change keep their evidence. 412 `stale` when someone else saved."""
    consultation, note = note_for_change(session, user, consultation_id)
    versions.write_section(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        version=version_of(if_match),
        key=section_key,
        text=body.text,
    )
    return _shown(session, consultation, note, response)


@router.post("/api/consultations/{consultation_id}/note/sign", response_model=NoteRead)
def sign_note(
    consultation_id: UUID,
    body: Sign,
    session: SessionDep,
    user: CurrentUser,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> NoteRead:
    """Sign the note. From then on it can only be amended."""
    consultation, note = note_for_change(session, user, consultation_id)
    signing.sign(
        session,
        consultation=consultation,
        note=note,
        doctor=user,
        version=version_of(if_match),
        open_items=presenting.items_before_signing(session, consultation, note),
        acknowledged=body.acknowledge_open_items,
        clock=request.app.state.clock,
    )
    return _shown(session, consultation, note, response)


@router.post("/api/consultations/{consultation_id}/note/addenda", response_model=NoteRead, status_code=201)
def add_addendum(
    consultation_id: UUID, body: AddendumCreate, session: SessionDep, user: CurrentUser, response: Response
) -> NoteRead:
    """Amend a signed note."""
    consultation, note = note_for_change(session, user, consultation_id)
    signing.amend(session, consultation=consultation, note=note, doctor=user, text=body.text)
    return _shown(session, consultation, note, response)


@router.post("/api/consultations/{consultation_id}/note/redraft", status_code=202)
def redraft_note(consultation_id: UUID, body: Redraft, session: SessionDep, user: CurrentUser) -> None:
    """Draft again from the newest transcript; 409 `note_has_human_edits` unless replacing them was asked for."""
    consultation = consultations.get(session, user, consultation_id, for_update=True)
    service.request_redraft(
        session,
        consultation=consultation,
        doctor=user,
        template_key=body.template_key,
        replace_human_edits=body.replace_human_edits,
    )


@router.get("/api/consultations/{consultation_id}/note/versions", response_model=list[NoteVersionRead])
def list_note_versions(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> list[NoteVersionRead]:
    """Every version, newest first."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    trail.record(session, "note.versions_listed", note)
    return presenting.present_versions(session, note)


@router.get("/api/consultations/{consultation_id}/note/versions/{version}", response_model=NoteVersionFull)
def read_note_version(consultation_id: UUID, version: int, session: SessionDep, user: CurrentUser) -> NoteVersionFull:
    """An older version."""
    consultation = consultations.get(session, user, consultation_id)
    note = queries.get_note(session, consultation.id)
    shown = presenting.present_version(session, consultation, note, version)
    trail.record(session, "note.version_read", note, read=version)
    return shown


@router.post("/api/consultations/{consultation_id}/note/versions/{version}/restore", response_model=NoteRead)
def restore_note_version(
    consultation_id: UUID, version: int, session: SessionDep, user: CurrentUser, response: Response, if_match: IfMatch
) -> NoteRead:
    """Make an older version the newest again; nothing is dropped."""
    consultation, note = note_for_change(session, user, consultation_id)
    versions.restore(
        session, consultation=consultation, note=note, doctor=user, version=version_of(if_match), restored=version
    )
    return _shown(session, consultation, note, response)


def note_for_change(session: Session, user: User, consultation_id: UUID) -> tuple[Consultation, Note]:
    """The consultation and its note, both locked. The consultation's lock puts all writers of its note in line."""
    consultation = consultations.get(session, user, consultation_id, for_update=True)
    return consultation, queries.get_note(session, consultation.id, for_update=True)


def _shown(session: Session, consultation: Consultation, note: Note, response: Response) -> NoteRead:
    shown = presenting.present(session, consultation, note)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown
