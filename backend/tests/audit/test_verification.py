"""Whoever changes the trail in the database, even as its superuser, is found, and the place is named."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from scribe.audit import service
from scribe.audit.verification import Break, Noted, Verdict, verify
from scribe.cli.embedded.postgres import EmbeddedPostgres
from scribe.core.crypto import KeyRing
from scribe.core.ids import new_id
from scribe.db.session import clinic_session

Tamper = Callable[..., None]
Check = Callable[..., Verdict]
EVENTS = 6
COLUMNS = (
    "id, clinic_id, sequence, occurred_at, actor_type, actor_id, action, entity_type, entity_id, outcome, request_id,"
    " detail, previous_hash, hash"
)


@pytest.fixture
def tamper(postgres: EmbeddedPostgres, database_name: str) -> Iterator[Tamper]:
    """Run a statement as the database's superuser, past triggers and row-level security."""
    with contextlib.closing(postgres._admin()) as admin:
        parameters = admin.get_dsn_parameters() | {"dbname": database_name}
        password = postgres._password_file.read_text()
    connection = psycopg2.connect(**parameters, password=password)
    connection.autocommit = True
    connection.cursor().execute("SET session_replication_role = replica")

    def run(statement: str, **values: object) -> None:
        connection.cursor().execute(statement, {name: str(value) for name, value in values.items()})

    yield run
    connection.close()


@pytest.fixture
def clinic_id(live_sessions: sessionmaker[Session]) -> UUID:
    """A clinic with six events in three transactions."""
    return _a_trail(live_sessions)


def _a_trail(factory: sessionmaker[Session]) -> UUID:
    clinic_id, doctor = new_id(), service.Actor("user", new_id())
    for number in range(EVENTS // 2):
        with clinic_session(factory, clinic_id) as session:
            service.act_as(session, doctor)
            for action in ("consultation.read", "note.read"):
                service.record(
                    session, action, entity_type="note", entity_id=new_id(), number=number, parts=["é", None]
                )
    return clinic_id


@pytest.fixture
def check(live_sessions: sessionmaker[Session], keyring: KeyRing) -> Check:
    """Verify a clinic's trail."""

    def run(clinic_id: UUID, noted: Noted | None = None) -> Verdict:
        with clinic_session(live_sessions, clinic_id) as session:
            return verify(session, keyring.audit_key(clinic_id), clinic_id, noted)

    return run


def _found(verdict: Verdict) -> tuple[Break | None, int | None]:
    return verdict.broken, verdict.at_sequence


def test_an_untouched_trail_is_whole(check: Check, clinic_id: UUID) -> None:
    verdict = check(clinic_id)

    assert (verdict.broken, verdict.last.sequence) == (None, EVENTS)


def test_a_clinic_without_events_is_whole(check: Check) -> None:
    assert check(new_id()).broken is None


@pytest.mark.parametrize(
    "change",
    [
        "action = 'note.exported'",
        "actor_id = gen_random_uuid()",
        "actor_type = 'system'",
        "entity_id = gen_random_uuid()",
        "entity_type = 'patient'",
        "occurred_at = occurred_at + interval '1 microsecond'",
        "outcome = 'refused'",
        "request_id = 'x'",
        "detail = detail || '{\"number\": 99}'",
        "id = gen_random_uuid()",
        "hash = sha256('x')",
    ],
)
def test_any_change_of_an_event_is_found(check: Check, tamper: Tamper, clinic_id: UUID, change: str) -> None:
    tamper(f"UPDATE audit_events SET {change} WHERE clinic_id = %(clinic)s AND sequence = 4", clinic=clinic_id)

    assert _found(check(clinic_id)) == (Break.ALTERED, 4)


@pytest.mark.parametrize("place", [1, 3])
def test_a_deleted_event_is_missed(check: Check, tamper: Tamper, clinic_id: UUID, place: int) -> None:
    tamper("DELETE FROM audit_events WHERE clinic_id = %(clinic)s AND sequence = %(at)s", clinic=clinic_id, at=place)

    assert _found(check(clinic_id)) == (Break.DELETED, place)


def test_a_deleted_event_is_missed_though_the_later_ones_move_up(check: Check, tamper: Tamper, clinic_id: UUID) -> None:
    tamper("DELETE FROM audit_events WHERE clinic_id = %(clinic)s AND sequence = 3", clinic=clinic_id)
    for place in range(4, EVENTS + 1):
        tamper("UPDATE audit_events SET sequence = sequence - 1 WHERE sequence = %(at)s", at=place)

    assert _found(check(clinic_id)) == (Break.REORDERED, 3)


def test_two_events_that_changed_places_are_found(check: Check, tamper: Tamper, clinic_id: UUID) -> None:
    for before, after in ((2, 100), (5, 2), (100, 5)):
        tamper("UPDATE audit_events SET sequence = %(a)s WHERE sequence = %(b)s", a=after, b=before)

    assert _found(check(clinic_id)) == (Break.REORDERED, 2)


@pytest.mark.parametrize("kept", [0, 1, EVENTS - 1])
def test_a_trail_that_was_cut_off_is_found(check: Check, tamper: Tamper, clinic_id: UUID, kept: int) -> None:
    tamper("DELETE FROM audit_events WHERE clinic_id = %(clinic)s AND sequence > %(kept)s", clinic=clinic_id, kept=kept)

    assert _found(check(clinic_id)) == (Break.TRUNCATED, kept + 1)


def test_a_trail_cut_off_with_its_head_put_back_is_found_by_the_link_that_was_noted(
    check: Check, tamper: Tamper, clinic_id: UUID
) -> None:
    noted = check(clinic_id).last
    tamper("DELETE FROM audit_events WHERE sequence > 4")
    tamper("UPDATE audit_heads SET sequence = 4, hash = (SELECT hash FROM audit_events WHERE sequence = 4)")

    assert check(clinic_id).broken is None
    assert _found(check(clinic_id, noted)) == (Break.TRUNCATED, 5)


def test_an_event_that_was_put_at_the_end_is_found(check: Check, tamper: Tamper, clinic_id: UUID) -> None:
    forged = COLUMNS.replace("id, clinic_id, sequence", "gen_random_uuid(), clinic_id, 7").replace(
        "previous_hash, hash", "hash, sha256('x')"
    )
    tamper(f"INSERT INTO audit_events ({COLUMNS}) SELECT {forged} FROM audit_events WHERE sequence = 6")

    assert _found(check(clinic_id)) == (Break.ALTERED, 7)


def test_an_event_that_links_to_nothing_is_found(check: Check, tamper: Tamper, clinic_id: UUID) -> None:
    tamper("UPDATE audit_events SET previous_hash = sha256('x'), hash = sha256('y') WHERE sequence = 4")

    assert _found(check(clinic_id)) == (Break.FORGED, 4)


def test_another_clinics_event_is_no_event_here(
    check: Check, tamper: Tamper, clinic_id: UUID, live_sessions: sessionmaker[Session]
) -> None:
    other = _a_trail(live_sessions)
    tamper("DELETE FROM audit_events WHERE clinic_id = %(clinic)s AND sequence = 2", clinic=clinic_id)
    tamper(
        "UPDATE audit_events SET clinic_id = %(clinic)s WHERE clinic_id = %(other)s AND sequence = 2",
        clinic=clinic_id,
        other=other,
    )

    assert check(clinic_id).at_sequence == 2
    assert _found(check(other)) == (Break.DELETED, 2)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_heads SET hash = sha256('x')",
        "UPDATE audit_heads SET sequence = 5",
        "DELETE FROM audit_heads",
    ],
)
def test_a_changed_head_is_found(check: Check, tamper: Tamper, clinic_id: UUID, change: str) -> None:
    tamper(change)

    assert _found(check(clinic_id)) == (Break.HEAD, EVENTS)


def test_the_key_of_another_clinic_fits_no_link(
    live_sessions: sessionmaker[Session], keyring: KeyRing, clinic_id: UUID
) -> None:
    with clinic_session(live_sessions, clinic_id) as session:
        verdict = verify(session, keyring.audit_key(new_id()), clinic_id)

    assert verdict.at_sequence == 1


def test_many_writers_at_once_make_one_chain(check: Check, live_sessions: sessionmaker[Session]) -> None:
    clinic_id = new_id()

    def write(_: int) -> None:
        for _ in range(5):
            with clinic_session(live_sessions, clinic_id) as session:
                service.act_as(session, service.Actor("system", None))
                service.record(session, "note.read", entity_type="note", entity_id=None)

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(8)))

    verdict = check(clinic_id)
    assert (verdict.broken, verdict.last.sequence) == (None, 40)


_edits = st.one_of(
    st.tuples(st.just("delete"), st.integers(1, EVENTS), st.just(0)),
    st.tuples(st.just("swap"), st.integers(1, EVENTS), st.integers(1, EVENTS)),
    st.tuples(st.just("flip"), st.integers(1, EVENTS), st.integers(0, 255)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(_edits, min_size=1, max_size=3))
def test_no_mix_of_edits_goes_unseen(
    check: Check, tamper: Tamper, live_sessions: sessionmaker[Session], edits: list[tuple[str, int, int]]
) -> None:
    clinic_id = _a_trail(live_sessions)
    before = _rows(live_sessions, clinic_id)

    for kind, place, other in edits:
        if kind == "delete":
            tamper("DELETE FROM audit_events WHERE clinic_id = %(c)s AND sequence = %(at)s", c=clinic_id, at=place)
        elif kind == "swap":
            for frm, to in ((place, 100), (other, place), (100, other)):
                tamper(
                    "UPDATE audit_events SET sequence = %(to)s WHERE clinic_id = %(c)s AND sequence = %(at)s",
                    c=clinic_id,
                    at=frm,
                    to=to,
                )
        else:
            tamper(
                "UPDATE audit_events SET hash = set_byte(hash, 0, (get_byte(hash, 0) # %(bit)s::int))"
                " WHERE clinic_id = %(c)s AND sequence = %(at)s",
                c=clinic_id,
                at=place,
                bit=other,
            )

    changed = _rows(live_sessions, clinic_id) != before
    assert (check(clinic_id).broken is not None) == changed


def _rows(factory: sessionmaker[Session], clinic_id: UUID) -> list[tuple[object, ...]]:
    with clinic_session(factory, clinic_id) as session:
        return [tuple(row) for row in session.execute(text("SELECT * FROM audit_events ORDER BY sequence"))]
