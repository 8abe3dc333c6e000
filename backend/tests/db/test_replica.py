"""Lists and searches on a real streaming replica: never older than what the asker could know, and never unrecorded."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.audit.models import AuditEvent
from scribe.cli.embedded.postgres import EmbeddedPostgres
from scribe.cli.embedded.processes import free_port
from scribe.consultations.models import Patient
from scribe.core.crypto import KeyRing
from scribe.core.settings import DatabaseSettings, Settings
from scribe.db import replica
from scribe.db.replica import Replica
from scribe.db.session import clinic_session, make_session_factory
from tests.fixtures.replica import Standby, primary_url
from tests.waiting import wait_until

ANN = {"given_name": "Ann", "family_name": "Bell"}


@pytest.fixture
def session_factory(primary: EmbeddedPostgres, keyring: KeyRing) -> Iterator[sessionmaker[Session]]:
    """Sessions on the primary, whose commits are real."""
    engine = create_engine(primary_url(primary))
    yield make_session_factory(engine, keyring)
    engine.dispose()


@pytest.fixture
def settings(settings: Settings, primary: EmbeddedPostgres, standby: Standby) -> Settings:
    """A replica that is waited for, so that only one that stands still is passed over."""
    database = _database(primary, primary_url(standby), wait_ms=5_000)
    return settings.model_copy(update={"database": database})


@pytest.fixture
def asked(app: FastAPI) -> list[str]:
    """The statements that the replica got."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(_engine(app.state.replica), "before_cursor_execute", note)
    return found


def _database(primary: EmbeddedPostgres, url: str, wait_ms: int = 0) -> DatabaseSettings:
    return DatabaseSettings(
        database_url=primary_url(primary), database_replica_url=url, database_replica_wait_ms=wait_ms
    )


def _engine(which: Replica) -> Engine:
    assert which._engine is not None
    return which._engine


def _found(client: TestClient, q: str) -> list[str]:
    return [patient["family_name"] for patient in client.get("/api/patients", params={"q": q}).json()["items"]]


def _answered(by: str) -> float:
    return replica.reads_total.labels(by)._value.get()


def test_the_worklist_and_the_search_are_read_on_the_replica(as_doctor: TestClient, asked: list[str]) -> None:
    as_doctor.post("/api/patients", json=ANN)

    listed, found = as_doctor.get("/api/consultations"), _found(as_doctor, "bell")

    assert (listed.status_code, found) == (200, ["Bell"])
    tables = [name for name in ("FROM consultations", "FROM patients") if any(name in one for one in asked)]
    assert tables == ["FROM consultations", "FROM patients"]


def test_a_look_at_the_replica_is_on_record_in_the_primary(
    as_doctor: TestClient, doctor: User, session_factory: sessionmaker[Session], asked: list[str]
) -> None:
    as_doctor.get("/api/consultations")

    with clinic_session(session_factory, doctor.clinic_id) as session:
        events = session.scalars(select(AuditEvent.action)).all()
    assert asked
    assert events == ["consultation.listed"]


def test_everyone_finds_at_once_what_anyone_wrote(
    as_doctor: TestClient, as_colleague: TestClient, asked: list[str]
) -> None:
    before = _answered("replica")

    for number in range(40):
        as_doctor.post("/api/patients", json=ANN | {"family_name": f"Kestrel{number}"})
        looker = as_colleague if number % 2 else as_doctor
        assert _found(looker, f"kestrel{number}") == [f"Kestrel{number}"]

    assert _answered("replica") - before == 40


@pytest.mark.parametrize("looker", ["as_doctor", "as_colleague"])
def test_where_the_replica_stands_still_the_primary_answers(
    app: FastAPI,
    primary: EmbeddedPostgres,
    standby: Standby,
    as_doctor: TestClient,
    looker: str,
    request: pytest.FixtureRequest,
) -> None:
    app.state.replica = Replica(_database(primary, primary_url(standby)))
    standby.pause()
    as_doctor.post("/api/patients", json=ANN)
    before = _answered("primary_for_lag")

    found = _found(request.getfixturevalue(looker), "bell")

    assert found == ["Bell"]
    assert _answered("primary_for_lag") - before == 1
    standby.resume()


def test_a_replica_without_an_answer_stops_nobody(as_doctor: TestClient, standby: Standby) -> None:
    as_doctor.post("/api/patients", json=ANN)
    standby.stop()

    found, health = _found(as_doctor, "bell"), as_doctor.get("/health")

    assert found == ["Bell"]
    assert (health.status_code, health.json()["dependencies"]["replica"]) == (200, "degraded")
    assert as_doctor.get("/health/ready").status_code == 200
    standby.start()
    before = _answered("replica")
    wait_until(lambda: _found(as_doctor, "bell") == ["Bell"] and _answered("replica") > before, "the replica's return")


def test_after_a_failure_one_asker_tries_it_and_the_others_do_not_wait(
    primary: EmbeddedPostgres, session_factory: sessionmaker[Session]
) -> None:
    away = Replica(_database(primary, f"postgresql+psycopg2://nobody@127.0.0.1:{free_port()}/scribe"))
    tries: list[float] = []
    may_fail = threading.Event()
    may_fail.set()

    def connect(*_: object) -> None:
        tries.append(time.monotonic())
        may_fail.wait(30)

    event.listen(_engine(away), "do_connect", connect)

    def ask(_number: int) -> int:
        with session_factory() as session:
            return away.read(session, lambda anywhere: anywhere.scalar(text("SELECT 7")) or 0)

    assert ask(0) == 7
    with ThreadPoolExecutor(8) as askers:
        assert set(askers.map(ask, range(16))) == {7}
    assert len(tries) == 1

    # Its rest is over: of all who come at once, one tries.
    away._rest_until = 0.0
    may_fail.clear()
    with ThreadPoolExecutor(8) as askers:
        answers = [askers.submit(ask, number) for number in range(8)]
        wait_until(lambda: sum(answer.done() for answer in answers) == 7, "seven answers beside the one that tries")
        may_fail.set()
        assert {answer.result() for answer in answers} == {7}
    assert len(tries) == 2


def test_a_query_that_the_replica_ends_is_asked_of_the_primary(
    app: FastAPI, session_factory: sessionmaker[Session]
) -> None:
    places: list[bool] = []

    def ask(session: Session) -> int:
        places.append(bool(session.scalar(text("SELECT pg_is_in_recovery()"))))
        if places[-1]:
            # As it does to go on replaying.
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return 7

    with session_factory() as session:
        assert app.state.replica.read(session, ask) == 7
    assert places == [True, False]


def test_what_is_no_replica_any_more_is_not_asked(
    primary: EmbeddedPostgres, session_factory: sessionmaker[Session]
) -> None:
    promoted = Replica(_database(primary, primary_url(primary)))
    before = _answered("primary_for_lag")

    with session_factory() as session:
        promoted.read(session, lambda _: None)

    assert _answered("primary_for_lag") - before == 1


def test_the_replica_shows_one_clinic_and_takes_no_events(
    app: FastAPI, doctor: User, stranger: User, as_doctor: TestClient, session_factory: sessionmaker[Session]
) -> None:
    as_doctor.post("/api/patients", json=ANN)

    def all_patients(anywhere: Session) -> int:
        assert anywhere.scalar(text("SELECT pg_is_in_recovery()"))
        with pytest.raises(RuntimeError, match="actor"):
            audit.record(anywhere, "patient.read", entity_type="patient", entity_id=None)
        return len(anywhere.scalars(select(Patient)).all())

    seen = []
    for user in (doctor, stranger):
        with clinic_session(session_factory, user.clinic_id) as session:
            seen.append(app.state.replica.read(session, all_patients))
    with session_factory() as session:
        seen.append(app.state.replica.read(session, all_patients))
    assert seen == [1, 0, 0]


def test_how_far_it_is_behind_is_told(app: FastAPI, as_doctor: TestClient, standby: Standby) -> None:
    standby.pause()
    as_doctor.post("/api/patients", json=ANN)

    wait_until(lambda: app.state.replica.seconds_behind() > 0, "what the replica does not show yet")
    standby.resume()
    wait_until(lambda: app.state.replica.seconds_behind() == 0, "the replica's catching up")
