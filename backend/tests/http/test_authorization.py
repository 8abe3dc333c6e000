"""Who may call what: every route x signed out, another clinic, another doctor, the wrong role."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Role, User
from scribe.audit.models import AuditEvent
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from scribe.notes.models import Note, NoteTemplate, NoteVersion
from scribe.notes.service import seed_templates
from scribe.notes.wordings.models import WritingPreference
from tests.fixtures.app import ClientFor
from tests.fixtures.people import MakeUser
from tests.http.cells import CELLS, Cell, address, routes_of

Ids = dict[str, UUID]
_NAMES = {f"{method} {route}": (method, route, cell) for (method, route), cell in CELLS.items()}


def _those(claim: Callable[[Cell], bool]) -> list[str]:
    return [name for name, (_, _, cell) in _NAMES.items() if claim(cell)]


@pytest.fixture
def ids(session_factory: sessionmaker[Session], as_doctor: TestClient, doctor: User) -> Ids:
    """One of each thing that an address can name, all of `doctor`."""
    with clinic_session(session_factory, doctor.clinic_id) as session:
        seed_templates(session, doctor.clinic_id)
    patient = as_doctor.post("/api/patients", **CELLS["POST", "/api/patients"].send)
    started = as_doctor.post("/api/consultations/start", **CELLS["POST", "/api/consultations/start"].send)
    consultation_id = UUID(started.json()["consultation"]["id"])
    with clinic_session(session_factory, doctor.clinic_id) as session:
        _add_note(session, consultation_id)
        preference = WritingPreference(
            id=new_id(),
            clinic_id=doctor.clinic_id,
            doctor_id=doctor.id,
            instead_of="blood pressure",
            write="BP",
            state="active",
            changed_at=datetime(2026, 11, 23, tzinfo=UTC),
        )
        session.add(preference)
    return {
        "patient": UUID(patient.json()["id"]),
        "consultation": consultation_id,
        "recording": UUID(started.json()["recording"]["recording_id"]),
        "user": doctor.id,
        "preference": preference.id,
    }


def _add_note(session: Session, consultation_id: UUID) -> None:
    clinic_id, template = session.info["clinic_id"], session.scalars(select(NoteTemplate)).first()
    assert template is not None
    note = Note(
        clinic_id=clinic_id, consultation_id=consultation_id, template_id=template.id, current_version=1, state="draft"
    )
    session.add(note)
    session.flush()
    session.add(
        NoteVersion(
            clinic_id=clinic_id,
            note_id=note.id,
            version=1,
            source="ai",
            transcript_version=1,
            drafter="none",
            content={"sections": []},
            content_hash=bytes(32),
        )
    )


def _call(client: TestClient, name: str, identifier: object = None) -> Response:
    method, route, cell = _NAMES[name]
    return client.request(method, address(route, identifier or new_id()), **cell.send)


def _without_request_id(response: Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    mine = response.headers["x-request-id"]
    headers = [(key, value) for key, value in response.headers.items() if key != "x-request-id"]
    return response.status_code, response.content.replace(mine.encode(), b"-"), headers


def test_every_route_has_a_cell_in_the_matrix(app: FastAPI) -> None:
    assert routes_of(app) == set(CELLS)


def test_every_address_with_an_id_says_whose_it_is() -> None:
    assert not [name for name, (_, route, cell) in _NAMES.items() if "_id}" in route and cell.of is None]


@pytest.mark.parametrize("name", _those(lambda cell: cell.door != "open"))
def test_signed_out_nothing_is_answered(client: TestClient, name: str) -> None:
    response = _call(client, name)

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("name", _those(lambda cell: cell.of is not None))
def test_another_clinics_thing_looks_like_none(
    client_for: ClientFor, a_user: MakeUser, stranger: User, ids: Ids, name: str, session_factory: sessionmaker[Session]
) -> None:
    cell = _NAMES[name][2]
    if cell.door == "admin":
        with clinic_session(session_factory, stranger.clinic_id) as session:
            session.merge(stranger).role = Role.ADMIN
    client = client_for(stranger)

    foreign, missing = _call(client, name, ids[cell.of or ""]), _call(client, name, new_id())

    assert foreign.status_code == 404
    assert _without_request_id(foreign) == _without_request_id(missing)


@pytest.mark.parametrize("name", _those(lambda cell: cell.of in ("consultation", "recording", "preference")))
def test_another_doctors_consultation_looks_like_none(as_colleague: TestClient, ids: Ids, name: str) -> None:
    cell = _NAMES[name][2]

    foreign, missing = _call(as_colleague, name, ids[cell.of or ""]), _call(as_colleague, name, new_id())

    assert foreign.status_code == 404
    assert _without_request_id(foreign) == _without_request_id(missing)


@pytest.mark.parametrize("name", _those(lambda cell: cell.door == "admin"))
def test_a_doctor_is_no_admin(as_doctor: TestClient, doctor: User, name: str) -> None:
    response = _call(as_doctor, name, doctor.id)

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("name", _those(lambda cell: cell.admin_gets is not None))
def test_an_admin_looks_and_does_not_touch(as_admin: TestClient, ids: Ids, name: str) -> None:
    cell = _NAMES[name][2]

    response = _call(as_admin, name, ids[cell.of or ""])

    assert response.status_code == cell.admin_gets


@pytest.mark.parametrize("name", _those(lambda cell: cell.door != "open"))
def test_a_user_who_was_switched_off_is_out_at_once(
    client_for: ClientFor, doctor: User, session_factory: sessionmaker[Session], name: str
) -> None:
    client = client_for(doctor)
    with clinic_session(session_factory, doctor.clinic_id) as session:
        session.merge(doctor).is_active = False

    assert _call(client, name).json()["code"] == "not_signed_in"


def test_a_refused_look_stays_on_record_in_the_lookers_clinic(
    as_stranger: TestClient, stranger: User, ids: Ids, session_factory: sessionmaker[Session]
) -> None:
    as_stranger.get(f"/api/consultations/{ids['consultation']}")

    with clinic_session(session_factory, stranger.clinic_id) as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.outcome, event.actor_id) == ("access.refused", "refused", stranger.id)
    assert (event.entity_type, event.entity_id) == ("consultation", ids["consultation"])
