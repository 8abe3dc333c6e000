"""The worker looks at each audit chain again and again: at what is new each time, at all of it rarely."""

import contextlib
from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg2
import pytest
from prometheus_client import REGISTRY
from sqlalchemy.orm import Session, sessionmaker

from scribe.audit import service
from scribe.cli.embedded.postgres import EmbeddedPostgres
from scribe.core.crypto import KeyRing
from scribe.db.session import clinic_session
from scribe.worker.auditing import AuditWatch
from tests.consultations.builders import Practice, a_practice

DAY = 24 * 3600
Tamper = Callable[[str], None]


class Hours:
    """A clock that only moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def watch(live_sessions: sessionmaker[Session], hours: Hours) -> AuditWatch:
    return AuditWatch(live_sessions, DAY, hours)


@pytest.fixture
def clinic_id(practice: Practice, live_sessions: sessionmaker[Session]) -> UUID:
    """A clinic with ten events."""
    for _ in range(10):
        add_event(live_sessions, practice.clinic.id)
    return practice.clinic.id


@pytest.fixture
def tamper(postgres: EmbeddedPostgres, database_name: str) -> Iterator[Tamper]:
    """Run a statement as the database's superuser, past triggers and row-level security."""
    with contextlib.closing(postgres._admin()) as admin:
        parameters = admin.get_dsn_parameters() | {"dbname": database_name}
    with contextlib.closing(psycopg2.connect(**parameters, password=postgres._password_file.read_text())) as connection:
        connection.autocommit = True
        connection.cursor().execute("SET session_replication_role = replica")
        yield lambda statement: connection.cursor().execute(statement)


def add_event(factory: sessionmaker[Session], clinic_id: UUID) -> None:
    with clinic_session(factory, clinic_id) as session:
        service.act_as(session, service.Actor("system", None))
        service.record(session, "note.read", entity_type="note", entity_id=None)


def figures(clinic_id: UUID) -> tuple[float | None, float | None]:
    """Links that hold, and whether the chain is broken."""
    names = ("scribe_audit_links_verified", "scribe_audit_broken")
    links, broken = (REGISTRY.get_sample_value(name, {"clinic": str(clinic_id)}) for name in names)
    return links, broken


def test_a_whole_chain_is_told_with_its_length_and_grows(
    watch: AuditWatch, clinic_id: UUID, live_sessions: sessionmaker[Session]
) -> None:
    watch.look()
    first = figures(clinic_id)
    add_event(live_sessions, clinic_id)

    watch.look()

    assert first[0] is not None
    assert first[1] == 0
    assert figures(clinic_id) == (first[0] + 1, 0)


def test_between_two_full_walks_only_the_new_links_are_read(
    watch: AuditWatch, clinic_id: UUID, tamper: Tamper, hours: Hours, live_sessions: sessionmaker[Session]
) -> None:
    watch.look()
    tamper("UPDATE audit_events SET action = 'x' WHERE sequence = 2")
    add_event(live_sessions, clinic_id)

    watch.look()
    between = figures(clinic_id)
    hours.now += DAY
    watch.look()

    assert between[1] == 0
    assert figures(clinic_id) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_events SET action = 'x' WHERE sequence = {last}",
        "UPDATE audit_events SET action = 'x' WHERE sequence = {last} + 1",
        "DELETE FROM audit_events WHERE sequence = {last} + 1",
        "DELETE FROM audit_events WHERE sequence > {last} + 1",
        "DELETE FROM audit_events WHERE sequence >= {last}",
        "DELETE FROM audit_heads",
        # Cut off, with the head put back: a shorter chain that is whole.
        (
            "DELETE FROM audit_events WHERE sequence >= {last};"
            " UPDATE audit_heads SET (sequence, hash) = (SELECT sequence, hash FROM audit_events"
            " WHERE sequence = {last} - 1)"
        ),
    ],
)
def test_what_was_done_to_the_newest_links_is_found_at_the_next_look(
    watch: AuditWatch, clinic_id: UUID, tamper: Tamper, live_sessions: sessionmaker[Session], change: str
) -> None:
    watch.look()
    last, _ = figures(clinic_id)
    assert last is not None
    for _ in range(2):
        add_event(live_sessions, clinic_id)

    tamper(change.format(last=int(last)))
    watch.look()

    assert figures(clinic_id)[1] == 1


def test_a_chain_that_was_mended_is_told_whole_again_by_the_next_full_walk(
    watch: AuditWatch, clinic_id: UUID, tamper: Tamper, hours: Hours
) -> None:
    watch.look()
    links, _ = figures(clinic_id)
    tamper("CREATE TABLE kept AS SELECT * FROM audit_heads; DELETE FROM audit_heads")
    watch.look()
    broken = figures(clinic_id)[1]
    tamper("INSERT INTO audit_heads SELECT * FROM kept")

    hours.now += DAY
    watch.look()

    assert broken == 1
    assert figures(clinic_id) == (links, 0)


def test_a_clinic_that_cannot_be_looked_at_does_not_hide_the_others(
    watch: AuditWatch,
    clinic_id: UUID,
    live_sessions: sessionmaker[Session],
    keyring: KeyRing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinics = sorted([clinic_id, a_practice(live_sessions, keyring).id])
    for each in clinics:
        add_event(live_sessions, each)

    def key_of(_session: Session, clinic: UUID) -> bytes:
        if clinic == clinics[0]:
            raise RuntimeError
        return keyring.audit_key(clinic)

    monkeypatch.setattr("scribe.worker.auditing.audit.key_of", key_of)

    watch.look()

    assert figures(clinics[0]) == (None, None)
    assert figures(clinics[1])[1] == 0
