"""Whatever is sent, lost, repeated and reordered: sealed means whole, and acknowledged means kept."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations.schemas import ConsultationStart
from scribe.core.clock import FrozenClock
from scribe.core.crypto import unseal
from scribe.core.errors import ScribeError
from scribe.core.ids import new_id
from scribe.db.session import clinic_session
from scribe.recordings import chunks, queries, sealing, service
from scribe.recordings.chunks import Arrived, Sender
from scribe.recordings.keeping import Vault, audio_key_of
from scribe.recordings.models import RecordingState
from scribe.recordings.schemas import Seal, SegmentManifest
from scribe.storage.base import StoreUnavailable
from tests.fixtures.fakes import MemoryStore

HEADER = b"OggS a page of sound"
places = st.tuples(st.integers(0, 1), st.integers(0, 3))
bodies = st.integers(0, 2).map(lambda number: HEADER + bytes([number]))


class WeakStore(MemoryStore):
    """A store that can be told to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False

    def put(self, key: str, body: Any) -> None:
        self._refuse()
        super().put(key, body)

    def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        self._refuse()
        return super().get(key, start, end)

    def _refuse(self) -> None:
        if self.is_down:
            raise StoreUnavailable


class Capture(RuleBasedStateMachine):
    """One recording against a model: what was acknowledged, and what the store has since been made to lose."""

    vault: Vault
    doctor: User
    start: Callable[[], UUID]

    @initialize(first=st.lists(bodies, min_size=1, max_size=4), second=st.lists(bodies, max_size=3))
    def begin(self, first: list[bytes], second: list[bytes]) -> None:
        self.vault.store.objects.clear()
        self.vault.store.is_down = False
        self.recording_id = self.start()
        self.sender = Sender(self.doctor.clinic_id, self.doctor.id)
        self.acked: dict[tuple[int, int], bytes] = {}
        self.harmed: set[tuple[int, int]] = set()
        self.sealed_with: dict[tuple[int, int], bytes] | None = None
        # Most sequences start with something to lose.
        for segment, sent in enumerate((first, second)):
            for number, body in enumerate(sent):
                self._send((segment, number), body)

    @rule(place=places, body=bodies)
    def send_anywhere(self, place: tuple[int, int], body: bytes) -> None:
        self._send(place, body)

    def _send(self, place: tuple[int, int], body: bytes) -> None:
        digest = hashlib.sha256(body).digest()
        try:
            chunks.store(self.vault, self.sender, Arrived(self.recording_id, *place, digest, body))
        except ScribeError:
            return
        assert self.acked.get(place, body) == body, "two bodies were acknowledged under one number"
        assert self.sealed_with is None or place in self.sealed_with, "a sealed recording grew"
        self.acked[place] = body
        if self.sealed_with is None:
            self.harmed.discard(place)

    @rule(segment=st.integers(0, 1), body=bodies)
    def send_the_next(self, segment: int, body: bytes) -> None:
        self._send((segment, sum(1 for place in self.acked if place[0] == segment)), body)

    @precondition(lambda self: self.acked)
    @rule(data=st.data(), how=st.sampled_from(["lose", "spoil"]))
    def harm_at_any_time(self, data: st.DataObject, how: str) -> None:
        self._harm(data, how)

    def _harm(self, data: st.DataObject, how: str) -> None:
        place = data.draw(st.sampled_from(sorted(self.acked)))
        for key in self._keys(place):
            self.harmed.add(place)
            if how == "lose":
                del self.vault.store.objects[key]
            else:
                self.vault.store.objects[key] = self.vault.store.objects[key][:-1] + b"?"

    @rule(is_down=st.sampled_from([False, False, True]))
    def break_or_mend_the_store(self, *, is_down: bool) -> None:
        self.vault.store.is_down = is_down

    @rule(data=st.data(), change=st.sampled_from(["true", "true", "lost", "lost", "shorter", "longer", "other"]))
    def seal(self, data: st.DataObject, change: str) -> None:
        wanted = dict(self.acked)
        if change == "shorter" and wanted:
            del wanted[max(wanted)]
        elif change == "lost" and wanted:
            self._harm(data, "lose")
        elif change == "longer":
            segment = data.draw(st.integers(0, 1))
            wanted[segment, 1 + max((n for s, n in wanted if s == segment), default=-1)] = HEADER
        elif change == "other" and wanted:
            wanted[data.draw(st.sampled_from(sorted(wanted)))] = HEADER + b"never sent"
        before = self._held().recording
        try:
            sealing.seal(self.vault, self.sender, self.recording_id, _as_list(wanted))
        except ScribeError:
            after = self._held().recording
            assert (after.state, after.sealed_by) == (before.state, before.sealed_by), (
                "a refused seal changed something"
            )
            return
        if self.sealed_with is None:
            self._assert_whole(wanted)
            self.sealed_with = wanted
        assert wanted == self.sealed_with, "sealed twice with different lists"

    @rule()
    def sweep(self) -> None:
        self.vault.clock.advance(timedelta(minutes=31))
        try:
            sealing.seal_abandoned(self.vault, self.doctor.clinic_id)
        except StoreUnavailable:
            return

    @invariant()
    def sealed_by_its_sender_means_exactly_the_senders_list(self) -> None:
        if not hasattr(self, "recording_id"):
            return
        recording = self._held().recording
        if recording.state == RecordingState.SEALED and recording.sealed_by == "client":
            assert self.sealed_with is not None
            assert recording.manifest["segments"] == [
                {"segment": s, "chunks": hashes, "offset_ms": 0} for s, hashes in _hashes(self.sealed_with).items()
            ]

    @invariant()
    def what_the_sweep_sealed_has_no_hole(self) -> None:
        if not hasattr(self, "recording_id"):
            return
        recording = self._held().recording
        if recording.state == RecordingState.SEALED and recording.sealed_by == "timeout":
            for segment in recording.manifest["segments"]:
                for number, sha256 in enumerate(segment["chunks"]):
                    body = self.acked[segment["segment"], number]
                    assert hashlib.sha256(body).hexdigest() == sha256

    @invariant()
    def what_was_acknowledged_and_not_harmed_is_kept(self) -> None:
        if hasattr(self, "recording_id"):
            self._assert_kept({place: body for place, body in self.acked.items() if place not in self.harmed})

    def _assert_whole(self, wanted: dict[tuple[int, int], bytes]) -> None:
        assert wanted == self.acked, "sealed with a list that is not what was acknowledged"
        for segment, hashes in _hashes(wanted).items():
            assert len(hashes) == 1 + max(n for s, n in wanted if s == segment), "sealed with a hole"
        # Chunk 0 may have been put back from its row; the rest must have been whole in the store.
        self._assert_kept(wanted)
        self.harmed.clear()

    def _assert_kept(self, wanted: dict[tuple[int, int], bytes]) -> None:
        held = self._held()
        key = audio_key_of(held.data_key)
        for place, body in wanted.items():
            object_key = held.place.chunk_key(*place, hashlib.sha256(body).digest())
            assert unseal(key, self.vault.store.objects[object_key], object_key) == body

    def _keys(self, place: tuple[int, int]) -> list[str]:
        if place not in self.acked:
            return []
        key = self._held().place.chunk_key(*place, hashlib.sha256(self.acked[place]).digest())
        return [key] if key in self.vault.store.objects else []

    def _held(self) -> queries.Held:
        with clinic_session(self.vault.factory, self.doctor.clinic_id) as session:
            return queries.of_sender(session, self.vault.keyring, self.recording_id, self.doctor.id)


def _hashes(wanted: dict[tuple[int, int], bytes]) -> dict[int, list[str]]:
    listed: dict[int, list[str]] = {}
    for segment, number in sorted(wanted):
        listed.setdefault(segment, []).append(hashlib.sha256(wanted[segment, number]).hexdigest())
    return listed


def _as_list(wanted: dict[tuple[int, int], bytes]) -> Seal:
    # A client's list cannot have a hole: what follows one would move up and be another chunk's hash.
    segments = [SegmentManifest(segment=segment, chunks=hashes) for segment, hashes in _hashes(wanted).items()]
    return Seal(segments=segments or [SegmentManifest(segment=0, chunks=[])])


def test_a_recording_under_all_that_can_happen(
    vault: Vault, doctor: User, session_factory: sessionmaker[Session], start_body: Callable[..., dict[str, Any]]
) -> None:
    class Bound(Capture):
        pass

    Bound.vault = Vault(vault.factory, WeakStore(), vault.keyring, FrozenClock(vault.clock.now()), vault.settings)
    Bound.doctor = doctor

    def start(_: Capture) -> UUID:
        with clinic_session(session_factory, doctor.clinic_id) as session:
            audit.act_as(session, audit.Actor("user", doctor.id))
            wanted = ConsultationStart(**start_body(idempotency_key=str(new_id())))
            return service.start(session, Bound.vault, doctor=session.merge(doctor), wanted=wanted).recording_id

    Bound.start = start
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
