"""Events commit and roll back with what they tell of."""

from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from scribe.audit import service
from scribe.audit.models import AuditEvent, AuditHead
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from tests.fixtures.trail import actions


def _look(session: Session, action: str = "thing.read") -> None:
    service.act_as(session, service.Actor("user", new_id()))
    service.record(session, action, entity_type="thing", entity_id=new_id())


def test_an_event_commits_with_its_transaction(session_factory: sessionmaker[Session]) -> None:
    clinic_id = new_id()

    with clinic_session(session_factory, clinic_id) as session:
        _look(session)

    assert actions(session_factory, clinic_id) == ["thing.read"]


def test_an_event_rolls_back_with_its_transaction(session_factory: sessionmaker[Session]) -> None:
    clinic_id = new_id()

    with suppress(ValueError), clinic_session(session_factory, clinic_id) as session:
        _look(session)
        raise ValueError("no")

    assert actions(session_factory, clinic_id) == []


def test_an_event_of_a_rolled_back_savepoint_is_dropped_and_the_others_stay(
    session_factory: sessionmaker[Session],
) -> None:
    clinic_id = new_id()

    with clinic_session(session_factory, clinic_id) as session:
        _look(session, "first")
        with session.begin_nested():
            _look(session, "kept")
        with suppress(ValueError), session.begin_nested():
            with session.begin_nested():
                _look(session, "dropped")
            raise ValueError("no")
        _look(session, "last")

    assert actions(session_factory, clinic_id) == ["first", "kept", "last"]


def test_an_event_before_a_rolled_back_savepoint_stays_whatever_was_released_inside(
    session_factory: sessionmaker[Session],
) -> None:
    clinic_id = new_id()

    with clinic_session(session_factory, clinic_id) as session:
        _look(session, "before")
        with suppress(ValueError), session.begin_nested():
            with session.begin_nested():
                _look(session, "dropped")
            raise ValueError("no")

    assert actions(session_factory, clinic_id) == ["before"]


def test_events_link_to_the_one_before_and_the_head_holds_the_last(session_factory: sessionmaker[Session]) -> None:
    clinic_id = new_id()

    for _ in range(2):
        with clinic_session(session_factory, clinic_id) as session:
            _look(session)
            _look(session)

    with clinic_session(session_factory, clinic_id) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
        head = session.scalars(select(AuditHead)).one()
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert [event.previous_hash for event in events[1:]] == [event.hash for event in events[:-1]]
    assert (head.sequence, head.hash) == (4, events[-1].hash)


def test_an_event_without_clinic_or_actor_is_a_mistake_of_the_caller(session_factory: sessionmaker[Session]) -> None:
    with session_factory() as session, pytest.raises(RuntimeError, match="clinic"):
        service.record(session, "thing.read", entity_type="thing", entity_id=None)


def test_a_refusal_is_recorded_though_its_request_rolls_back(session_factory: sessionmaker[Session]) -> None:
    clinic_id, actor = new_id(), service.Actor("user", new_id())

    service.record_alone(session_factory, clinic_id, actor, "thing.read", entity_type="thing", entity_id=new_id())

    with clinic_session(session_factory, clinic_id) as session:
        assert session.scalars(select(AuditEvent.outcome)).one() == "refused"


def test_a_detail_that_the_database_would_rewrite_is_refused(session_factory: sessionmaker[Session]) -> None:
    with clinic_session(session_factory, new_id()) as session:
        service.act_as(session, service.Actor("system", None))
        with pytest.raises(TypeError, match="float"):
            service.record(session, "thing.read", entity_type="thing", entity_id=None, seconds=1.0)
