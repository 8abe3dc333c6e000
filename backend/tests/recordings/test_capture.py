"""The capture protocol: start, chunks, what is stored, grant."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jose import jwt
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.consultations import wording
from scribe.core.clock import FrozenClock
from scribe.core.ids import new_id
from scribe.core.settings import Settings
from scribe.db.session import clinic_session
from scribe.storage.base import StoreUnavailable
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Browser, Events, StartBody
from tests.recordings.media import a_file, as_live, slices, tone

LIVE = as_live(tone(3))


def test_starting_needs_someone_signed_in(client: TestClient, start_body: StartBody) -> None:
    assert client.post("/api/consultations/start", json=start_body()).status_code == 401


def test_starting_gives_the_means_to_record(as_doctor: TestClient, start_body: StartBody, events: Events) -> None:
    answer = as_doctor.post("/api/consultations/start", json=start_body())

    grant = answer.json()["recording"]
    assert answer.status_code == 201
    assert answer.json()["consultation"]["status"] == "recording"
    assert grant["recording_id"] == answer.json()["consultation"]["recording_id"]
    assert len(base64.b64decode(grant["journal_key"])) == 32
    assert [event.action for event in events()] == ["consultation.started"]


def test_the_same_key_gives_the_same_consultation(as_doctor: TestClient, start_body: StartBody) -> None:
    body = start_body()

    first, second = (as_doctor.post("/api/consultations/start", json=body).json() for _ in range(2))

    assert first["consultation"]["id"] == second["consultation"]["id"]
    assert first["recording"]["journal_key"] == second["recording"]["journal_key"]


IN_GERMAN = {"language": "de", "consent": {"method": "verbal", "wording_version": wording.current("de").version}}


@pytest.mark.parametrize("change", [IN_GERMAN, {"source": "upload"}])
def test_the_same_key_for_something_else_is_refused(
    as_doctor: TestClient, start_body: StartBody, change: dict[str, Any]
) -> None:
    body = start_body()
    as_doctor.post("/api/consultations/start", json=body)

    answer = as_doctor.post("/api/consultations/start", json=body | change)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_an_unknown_template_is_refused(as_doctor: TestClient, start_body: StartBody) -> None:
    answer = as_doctor.post("/api/consultations/start", json=start_body(template_key="none"))

    assert (answer.status_code, answer.json()["code"]) == (422, "template_unknown")


def test_a_chunk_is_stored_sealed_before_it_is_acknowledged(browser: Browser, store: MemoryStore) -> None:
    answer = browser.put(0, LIVE)

    assert answer.json() == {
        "segment": 0,
        "number": 0,
        "sha256": hashlib.sha256(LIVE).hexdigest(),
        "size_bytes": len(LIVE),
        "consultation_cancelled": False,
    }
    (stored,) = store.objects.values()
    assert LIVE[:64] not in stored
    assert len(stored) == len(LIVE) + 28


def test_each_stored_chunk_is_one_event_and_its_repetition_none(browser: Browser, events: Events) -> None:
    browser.put(0, LIVE)
    browser.put(0, LIVE)

    assert [event.action for event in events()] == ["consultation.started", "recording.chunk_stored"]


def test_another_body_under_the_same_number_is_refused_and_the_first_stays(browser: Browser) -> None:
    browser.send(LIVE, b"second")

    answer = browser.put(1, b"another")

    assert (answer.status_code, answer.json()["code"]) == (409, "chunk_conflict")
    assert browser.seal().status_code == 200


def test_bytes_that_are_not_what_was_hashed_are_refused(browser: Browser, store: MemoryStore) -> None:
    answer = browser.put(0, LIVE, **{"X-Chunk-Sha256": "0" * 64})

    assert (answer.status_code, answer.json()["code"]) == (422, "chunk_hash_mismatch")
    assert store.objects == {}


@pytest.mark.parametrize("body", [b"%PDF-1.7 not a sound", b"PK\x03\x04 a zip archive", b"#EXTM3U\nfile:///etc/passwd"])
def test_alien_bytes_are_refused_at_once(browser: Browser, body: bytes) -> None:
    answer = browser.put(0, body)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media")


def test_a_first_slice_too_short_to_tell_is_taken(browser: Browser) -> None:
    browser.send(LIVE[:3], LIVE[3:])

    assert browser.seal().status_code == 200


@pytest.mark.parametrize(("segment", "number"), [(-1, 0), (0, -1), (10_000, 0), (0, 100_000)])
def test_places_outside_a_recording_are_refused(browser: Browser, segment: int, number: int) -> None:
    assert browser.put(number, LIVE, segment).json()["code"] == "chunk_number_invalid"


def test_an_empty_chunk_is_refused(browser: Browser) -> None:
    assert browser.put(0, b"").json()["code"] == "chunk_empty"


def test_a_chunk_over_the_limit_is_refused(browser: Browser, settings: Settings) -> None:
    answer = browser.put(0, bytes(settings.recording.chunk_max_bytes + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "chunk_too_large")


def test_a_recording_over_the_limit_is_refused_and_what_was_sent_is_kept(
    browser: Browser, app: FastAPI, settings: Settings
) -> None:
    recording = settings.recording.model_copy(update={"recording_max_bytes": len(LIVE) + 10})
    app.state.settings = settings.model_copy(update={"recording": recording})
    browser.send(LIVE)

    answer = browser.put(1, b"x" * 11)

    assert (answer.status_code, answer.json()["code"]) == (413, "recording_too_large")
    assert browser.seal().status_code == 200


def test_a_store_that_fails_acknowledges_nothing(
    browser: Browser, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(store, "put", full)
        answer = browser.put(0, LIVE)
        held = browser.client.get(f"/api/recordings/{browser.recording_id}").json()

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert "safe on this device" in answer.json()["message"]
    assert held["stored"] == []
    assert browser.put(0, LIVE).status_code == 200


def test_the_server_says_what_it_holds(browser: Browser) -> None:
    browser.send(LIVE, b"1", b"2")
    browser.send(LIVE, segment=1)

    held = browser.client.get(f"/api/recordings/{browser.recording_id}", headers=browser.token).json()

    assert held["state"] == "open"
    assert [(each["segment"], list(each["chunks"].values())) for each in held["stored"]] == list(browser.sent.items())


def test_chunks_go_through_while_the_screen_is_locked(browser: Browser, clock: FrozenClock) -> None:
    browser.client.post("/api/session/lock")
    clock.advance(timedelta(minutes=40))

    browser.send(LIVE)

    assert browser.seal().status_code == 200


def test_a_session_may_send_without_a_token(browser: Browser) -> None:
    assert browser.put(0, LIVE, Authorization="").status_code == 200


def test_nobody_sends_without_token_or_session(browser: Browser, client: TestClient) -> None:
    path = f"/api/recordings/{browser.recording_id}/segments/0/chunks/0"

    answer = client.put(path, content=LIVE, headers={"X-Chunk-Sha256": hashlib.sha256(LIVE).hexdigest()})

    assert answer.status_code == 401


@pytest.mark.parametrize("who", ["as_colleague", "as_admin", "as_stranger"])
def test_only_the_recordings_own_doctor_sends(browser: Browser, request: pytest.FixtureRequest, who: str) -> None:
    other: TestClient = request.getfixturevalue(who)
    missing = other.get(f"/api/recordings/{new_id()}")
    path = f"/api/recordings/{browser.recording_id}"

    answers = [
        other.get(path),
        other.put(
            f"{path}/segments/0/chunks/0", content=LIVE, headers={"X-Chunk-Sha256": hashlib.sha256(LIVE).hexdigest()}
        ),
        other.post(f"{path}/seal", json={"segments": [{"segment": 0, "chunks": ["0" * 64]}]}),
        other.post(f"{path}/grant"),
    ]

    assert missing.status_code == 404
    for answer in answers:
        assert answer.status_code == 404
        assert answer.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


def test_a_token_is_good_for_its_own_recording_only(
    browser: Browser, as_doctor: TestClient, start_body: StartBody, client: TestClient
) -> None:
    other = as_doctor.post("/api/consultations/start", json=start_body()).json()["recording"]["recording_id"]

    assert client.get(f"/api/recordings/{other}", headers=browser.token).status_code == 404


def test_a_token_ends(browser: Browser, clock: FrozenClock, client: TestClient) -> None:
    clock.advance(timedelta(hours=12, seconds=1))

    answer = client.get(f"/api/recordings/{browser.recording_id}", headers=browser.token)

    assert (answer.status_code, answer.json()["code"]) == (401, "upload_token_invalid")


def test_a_token_ends_with_its_user(
    browser: Browser, session_factory: sessionmaker[Session], doctor: User, client: TestClient
) -> None:
    with clinic_session(session_factory, doctor.clinic_id) as session:
        session.execute(update(User).where(User.id == doctor.id).values(is_active=False))

    answers = [browser.put(0, LIVE), client.get(f"/api/recordings/{browser.recording_id}", headers=browser.token)]

    assert [answer.status_code for answer in answers] == [401, 401]


def _claims(browser: Browser, **changes: object) -> dict[str, object]:
    token = browser.started["recording"]["upload_token"]
    return {**jwt.get_unverified_claims(token), **changes}


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims, key: jwt.encode(claims, b"x" * 32, algorithm="HS256"),
        lambda claims, key: jwt.encode(claims, key, algorithm="HS512"),
        lambda claims, key: jwt.encode(claims | {"aud": "else"}, key, algorithm="HS256"),
        lambda claims, key: jwt.encode({k: v for k, v in claims.items() if k != "aud"}, key, algorithm="HS256"),
        lambda claims, key: jwt.encode(claims | {"scope": "read"}, key, algorithm="HS256"),
        lambda claims, key: jwt.encode({k: v for k, v in claims.items() if k != "exp"}, key, algorithm="HS256"),
        lambda claims, key: jwt.encode(claims | {"sub": "me"}, key, algorithm="HS256"),
        lambda claims, key: ".".join(
            [
                base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("="),
                jwt.encode(claims, key).split(".")[1],
                "",
            ]
        ),
        lambda claims, key: "nonsense",
        lambda claims, key: "",
    ],
)
def test_forged_tokens_are_refused(browser: Browser, client: TestClient, settings: Settings, forge) -> None:
    key = base64.b64decode(settings.security.token_key.get_secret_value())

    token = forge(_claims(browser), key)
    answer = client.get(f"/api/recordings/{browser.recording_id}", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["code"]) == (401, "upload_token_invalid")


def test_a_grant_is_renewed_with_the_same_journal_key(browser: Browser, events: Events, clock: FrozenClock) -> None:
    clock.advance(timedelta(minutes=5))

    grant = browser.client.post(f"/api/recordings/{browser.recording_id}/grant").json()

    assert grant["journal_key"] == browser.started["recording"]["journal_key"]
    assert grant["upload_token"] != browser.started["recording"]["upload_token"]
    assert events()[-1].action == "recording.granted"


def test_a_whole_file_goes_up_in_chunks(as_doctor: TestClient, start_body: StartBody) -> None:
    started = as_doctor.post("/api/consultations/start", json=start_body(source="upload")).json()
    upload = Browser(as_doctor, started)

    upload.send(*slices(a_file("flac"), 4))

    assert upload.seal().json()["state"] == "sealed"
