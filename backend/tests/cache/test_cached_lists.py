"""Lists from a real Redis: never out of date, never another clinic's, never a patient's, and never needed."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis as client
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, event, text, update
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.cache.redis import RedisCache
from scribe.cli.embedded.redis import EmbeddedRedis
from scribe.core.crypto import KeyRing
from scribe.core.settings import RedisSettings, Settings
from scribe.db.session import clinic_session, make_session_factory
from scribe.notes import listing
from scribe.notes.models import NoteTemplate
from scribe.notes.service import seed_templates
from tests.http.cells import CELLS


@pytest.fixture
def engine(owner_url: str) -> Iterator[Engine]:
    """The owner of the tables: the app's own role adds templates, and changes none yet."""
    made = create_engine(owner_url)
    yield made
    made.dispose()


@pytest.fixture
def session_factory(engine: Engine, keyring: KeyRing) -> sessionmaker[Session]:
    """Commits are real, and on several connections."""
    return make_session_factory(engine, keyring)


@pytest.fixture
def settings(settings: Settings, redis: EmbeddedRedis) -> Settings:
    return settings.model_copy(update={"redis": RedisSettings(redis_url=redis.url)})


@pytest.fixture
def kept(redis: EmbeddedRedis) -> "client.Redis":
    return client.Redis.from_url(redis.url)


@pytest.fixture
def reads(engine: Engine) -> list[str]:
    """The statements that read templates, but for their mark."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM note_templates" in statement and "xmin" not in statement:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return found


@pytest.fixture(autouse=True)
def _templates(session_factory: sessionmaker[Session], doctor: User, stranger: User) -> None:
    for user in (doctor, stranger):
        with clinic_session(session_factory, user.clinic_id) as session:
            seed_templates(session, user.clinic_id)


def _names(browser: TestClient) -> list[str]:
    answer = browser.get("/api/templates")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return [template["name"] for template in answer.json()]


def _rename(session_factory: sessionmaker[Session], of: User, name: str) -> None:
    with clinic_session(session_factory, of.clinic_id) as session:
        session.execute(update(NoteTemplate).where(NoteTemplate.key == "soap").values(name=name))


def test_what_was_read_once_is_not_read_again(as_doctor: TestClient, reads: list[str]) -> None:
    first, second = _names(as_doctor), _names(as_doctor)

    assert first == second != []
    assert len(reads) == 1


def test_the_kept_answer_is_the_answer(as_doctor: TestClient) -> None:
    fresh, kept = as_doctor.get("/api/templates"), as_doctor.get("/api/templates")

    assert fresh.content == kept.content
    assert set(fresh.json()[0]) == set(listing.TemplateRead.model_fields)


def test_every_change_is_seen_by_the_next_look(
    as_doctor: TestClient, doctor: User, session_factory: sessionmaker[Session]
) -> None:
    for number in range(20):
        _rename(session_factory, doctor, f"Name {number}")
        assert f"Name {number}" in _names(as_doctor)

    with clinic_session(session_factory, doctor.clinic_id) as session:
        session.execute(text("DELETE FROM note_templates WHERE key = 'soap'"))
    assert "Name 19" not in _names(as_doctor)


def test_what_is_put_back_as_it_was_is_another_version(
    as_doctor: TestClient, doctor: User, session_factory: sessionmaker[Session]
) -> None:
    before = _names(as_doctor)

    _rename(session_factory, doctor, "Other")
    assert _names(as_doctor) != before
    _rename(session_factory, doctor, before[0])

    assert _names(as_doctor) == before


def test_a_change_that_is_not_committed_is_seen_by_nobody(
    as_doctor: TestClient, doctor: User, session_factory: sessionmaker[Session], app: FastAPI
) -> None:
    before = _names(as_doctor)
    with session_factory() as session:
        session.info["clinic_id"] = doctor.clinic_id
        session.execute(update(NoteTemplate).values(name="Never"))
        # Even if the one who changes it has it kept.
        app.state.cache.put(listing.key_of_templates(session), listing.templates(session))
        assert _names(as_doctor) == before
        session.rollback()

    assert _names(as_doctor) == before


@pytest.mark.parametrize("step", ["key_of_templates", "templates"])
def test_a_change_between_the_steps_leaves_nothing_old(
    as_doctor: TestClient,
    doctor: User,
    session_factory: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    honest = getattr(listing, step)

    def and_then_a_change(session: Session) -> object:
        found = honest(session)
        monkeypatch.setattr(listing, step, honest)
        _rename(session_factory, doctor, "Meanwhile")
        return found

    monkeypatch.setattr(listing, step, and_then_a_change)

    _names(as_doctor)
    assert "Meanwhile" in _names(as_doctor)
    _rename(session_factory, doctor, "After")
    assert "After" in _names(as_doctor)


def test_a_clinic_never_gets_anothers_list(
    as_doctor: TestClient, as_stranger: TestClient, stranger: User, session_factory: sessionmaker[Session]
) -> None:
    _rename(session_factory, stranger, "Strangers' own")

    assert "Strangers' own" in _names(as_stranger)
    assert "Strangers' own" not in _names(as_doctor)


def test_signed_out_nothing_kept_is_answered(as_doctor: TestClient, client: TestClient) -> None:
    _names(as_doctor)

    assert client.get("/api/templates").status_code == 401


@pytest.mark.parametrize("fate", ["wiped", "gone"])
def test_a_redis_that_forgot_or_is_gone_is_not_missed(
    as_doctor: TestClient, redis: EmbeddedRedis, kept: "client.Redis", fate: str
) -> None:
    before = _names(as_doctor)
    if fate == "wiped":
        kept.flushall()
    else:
        redis.stop()

    assert _names(as_doctor) == before


def test_what_cannot_be_read_is_as_good_as_nothing(redis: EmbeddedRedis, kept: "client.Redis") -> None:
    kept.lpush("scribe:cache:list", "x")

    assert RedisCache(redis.url).get("list") is None


def test_nothing_of_a_patient_is_ever_in_redis(as_doctor: TestClient, kept: "client.Redis") -> None:
    name = "Quillfeather"
    patient = as_doctor.post("/api/patients", json={"given_name": "Ann", "family_name": name}).json()
    started = as_doctor.post("/api/consultations/start", **CELLS["POST", "/api/consultations/start"].send).json()
    as_doctor.patch(f"/api/consultations/{started['consultation']['id']}", json={"patient_id": patient["id"]})
    for path in ("/api/templates", "/api/consultations", "/api/consultations?q=quill", "/api/patients?q=quill"):
        assert as_doctor.get(path).status_code == 200

    everything: dict[bytes, Any] = {key: kept.get(key) for key in kept.scan_iter()}

    assert {key.split(b":")[1] for key in everything} == {b"cache"}
    assert len(everything) == 1
    assert not [key for key, value in everything.items() if name.encode() in key + value]
