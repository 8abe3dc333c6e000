"""Chunks that race each other and the seal."""

import hashlib
from typing import Any
from uuid import UUID

import pytest

from scribe.accounts.models import User
from scribe.recordings import chunks, rereading
from scribe.recordings.chunks import Arrived, Sender
from scribe.recordings.errors import ChunkConflict
from scribe.recordings.keeping import Vault
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Browser, RecordingOf
from tests.recordings.media import as_live, slices, tone

LIVE = slices(as_live(tone(3)), 4)


def _sender(user: User) -> Sender:
    return Sender(user.clinic_id, user.id)


def _arrived(browser: Browser, number: int, body: bytes) -> Arrived:
    return Arrived(UUID(browser.recording_id), 0, number, hashlib.sha256(body).digest(), body)


def test_of_two_bodies_raced_to_one_number_the_acknowledged_one_is_kept(
    browser: Browser, vault: Vault, doctor: User, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.send(LIVE[0])
    put = store.put

    def overtaken(key: str, body: bytes) -> None:
        # While the first body is on its way, the second is stored and acknowledged.
        monkeypatch.setattr(store, "put", put)
        chunks.store(vault, _sender(doctor), _arrived(browser, 1, LIVE[1]))
        put(key, body)

    monkeypatch.setattr(store, "put", overtaken)
    with pytest.raises(ChunkConflict):
        chunks.store(vault, _sender(doctor), _arrived(browser, 1, b"the slower one"))

    browser.sent[0].append(hashlib.sha256(LIVE[1]).hexdigest())
    assert browser.seal().status_code == 200


def test_of_the_same_body_raced_to_one_number_both_are_acknowledged_and_counted_once(
    browser: Browser,
    vault: Vault,
    doctor: User,
    store: MemoryStore,
    monkeypatch: pytest.MonkeyPatch,
    recording_of: RecordingOf,
) -> None:
    put = store.put

    def overtaken(key: str, body: bytes) -> None:
        monkeypatch.setattr(store, "put", put)
        chunks.store(vault, _sender(doctor), _arrived(browser, 0, LIVE[0]))
        put(key, body)

    monkeypatch.setattr(store, "put", overtaken)
    chunks.store(vault, _sender(doctor), _arrived(browser, 0, LIVE[0]))

    assert recording_of(browser).recording.stored_bytes == len(LIVE[0])


def test_a_chunk_that_arrives_while_it_is_sealed_is_never_left_out(
    browser: Browser, vault: Vault, doctor: User, monkeypatch: pytest.MonkeyPatch, recording_of: RecordingOf
) -> None:
    browser.send(*LIVE[:3])
    lost = rereading.lost

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(rereading, "lost", lost)
        chunks.store(vault, _sender(doctor), _arrived(browser, 3, LIVE[3]))
        return lost(*arguments)

    monkeypatch.setattr(rereading, "lost", meanwhile)
    answer = browser.seal()

    assert (answer.json()["code"], answer.json()["details"]) == ("recording_has_more", {"unlisted": [[0, 3]]})
    assert recording_of(browser).recording.state == "open"
