"""Notes: read, edit, sign, amend."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from scribe.accounts.dependencies import CurrentUser
from scribe.db.dependencies import SessionDep
from scribe.notes import queries
from scribe.notes.models import NoteTemplate
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
def list_templates(session: SessionDep, user: CurrentUser) -> Sequence[NoteTemplate]:  # noqa: ARG001 - signs in
    """The clinic's templates."""
    return queries.templates(session)


@router.get("/api/consultations/{consultation_id}/note", response_model=NoteRead)
def read_note(consultation_id: UUID, session: SessionDep, user: CurrentUser, response: Response) -> NoteRead:
    """The note in its newest version."""
    raise NotImplementedError


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
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/note/sign", response_model=NoteRead)
def sign_note(
    consultation_id: UUID, body: Sign, session: SessionDep, user: CurrentUser, response: Response, if_match: IfMatch
) -> NoteRead:
    """Sign the note. From then on it can only be amended."""
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/note/addenda", response_model=NoteRead, status_code=201)
def add_addendum(
    consultation_id: UUID, body: AddendumCreate, session: SessionDep, user: CurrentUser, response: Response
) -> NoteRead:
    """Amend a signed note."""
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/note/redraft", status_code=202)
def redraft_note(consultation_id: UUID, body: Redraft, session: SessionDep, user: CurrentUser) -> None:
    """Draft again from the newest transcript; 409 `note_has_human_edits` unless replacing them was asked for."""
    raise NotImplementedError


@router.get("/api/consultations/{consultation_id}/note/versions", response_model=list[NoteVersionRead])
def list_note_versions(consultation_id: UUID, session: SessionDep, user: CurrentUser) -> list[NoteVersionRead]:
    """Every version, newest first."""
    raise NotImplementedError


@router.get("/api/consultations/{consultation_id}/note/versions/{version}", response_model=NoteVersionFull)
def read_note_version(consultation_id: UUID, version: int, session: SessionDep, user: CurrentUser) -> NoteVersionFull:
    """An older version."""
    raise NotImplementedError


@router.post("/api/consultations/{consultation_id}/note/versions/{version}/restore", response_model=NoteRead)
def restore_note_version(
    consultation_id: UUID, version: int, session: SessionDep, user: CurrentUser, response: Response, if_match: IfMatch
) -> NoteRead:
    """Make an older version the newest again; nothing is dropped."""
    raise NotImplementedError
