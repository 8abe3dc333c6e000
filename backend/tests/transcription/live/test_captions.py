"""Captions from the browser's sound to the doctor's screen: through the server, Redis and a worker, all real."""

import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import redis as redis_client
import uvicorn
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from scribe import events
from scribe.accounts.models import UsageRecord
from scribe.audit.models import AuditEvent
from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.redis import EmbeddedRedis
from scribe.core.crypto import KeyRing
from scribe.core.settings import DatabaseSettings, RedisSettings, Settings, StorageSettings
from scribe.http.app import create_app
from scribe.transcription.live import holding
from scribe.transcription.live.models import LiveFollow
from tests.consultations.builders import a_practice
from tests.emulators.assemblyai.hearing import whistles
from tests.emulators.assemblyai.program import Emulator
from tests.fixtures.trail import actions
from tests.transcription.live.conftest import quiet
from tests.transcription.live.room import Room, recorded
from tests.worker.conftest import make_results_table, worker_env
from tests.worker.controlling import Controller, Workers, wait_until

TONE = 0.1 * np.sin(np.arange(32_000) / 20).astype(np.float32)
CANARY = "Zanzibarova"
VISIT = [("A", f"Good morning Mrs {CANARY}."), ("B", "A sore throat for three days.")]
WORDS = [words for _, words in VISIT]


def _visit() -> np.ndarray:
    return np.concatenate([whistles.say(VISIT, between_turns_s=1.2), quiet(1.5)])


@pytest.fixture
def served(
    settings: Settings, database_url: str, redis: EmbeddedRedis, tmp_path: Path
) -> Iterator[tuple[str, Settings]]:
    """A server on a database and a Redis of its own; its address, and its settings."""
    mine = settings.model_copy(
        update={
            "database": DatabaseSettings(database_url=database_url),
            "redis": RedisSettings(redis_url=redis.url),
            "storage": StorageSettings(storage_root=tmp_path / "objects"),
        }
    )
    port = free_port()
    app = create_app(mine)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive(), "the server runs")
    yield f"http://127.0.0.1:{port}", mine
    app.state.streams.end()
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def room(
    served: tuple[str, Settings],
    live_sessions: sessionmaker[Session],
    keyring: KeyRing,
    database_url: str,
    owner_url: str,
    root_key_base64: str,
    redis: EmbeddedRedis,
    emulator: Emulator,
    tmp_path: Path,
) -> Iterator[Room]:
    """No worker runs yet. The server's own engine is the fake one; AssemblyAI is the emulator."""
    make_results_table(owner_url)
    controller = Controller()
    more = {
        "REDIS_URL": redis.url,
        "STORAGE_ROOT": str(tmp_path / "objects"),
        "TRANSCRIPTION_ENGINE": "fake",
        "ASSEMBLYAI_API_KEY_EU": emulator.key,
        "ASSEMBLYAI_BASE_URL_EU": emulator.url,
        "ASSEMBLYAI_STREAMING_URL_EU": emulator.ws_url,
        "LIVE_CLAIM_SECONDS": "3",
        "LIVE_IDLE_SECONDS": "8",
    }
    workers = Workers(worker_env(database_url, root_key_base64, controller, **more), tmp_path / "workers.log")
    events.attach(live_sessions, events.make_bus(served[1]))
    try:
        yield Room(served[0], a_practice(live_sessions, keyring), workers)
    finally:
        workers.stop()
        controller.close()


@pytest.fixture
def tapped(redis: EmbeddedRedis) -> Iterator[list[bytes]]:
    """All that is published on the Redis while the test runs."""
    heard: list[bytes] = []
    tap = redis_client.Redis.from_url(redis.url).pubsub()
    tap.psubscribe("*")
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            message = tap.get_message(timeout=0.2)
            if message and message["type"] == "pmessage":
                heard.append(message["channel"] + b" " + message["data"])

    thread = threading.Thread(target=listen)
    thread.start()
    yield heard
    done.set()
    thread.join()
    tap.close()


def test_what_is_said_is_on_the_screen_while_it_is_recorded_and_over_when_it_is(
    room: Room, live_sessions: sessionmaker[Session]
) -> None:
    room.workers.start()
    room.start()

    with room.captions() as screen:
        room.say(np.concatenate([TONE, quiet(1), TONE, quiet(1)]))
        screen.wait_until(lambda screen: len(screen.said()) >= 2)
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert screen.said()[0].startswith("Good morning.")
    starts = [turn["start_ms"] for turn in screen.turns().values()]
    assert starts == sorted(starts)
    assert starts[0] < 600
    assert 2_000 <= starts[1] <= 4_000
    assert "listening" in screen.states()
    trail = actions(live_sessions, room.practice.id)
    assert trail.count("captions.opened") == 1


def test_who_begins_to_read_later_sees_the_last_lines(room: Room) -> None:
    room.workers.start()
    room.start()
    with room.captions() as first:
        room.say(np.concatenate([TONE, quiet(1)]))
        first.wait_until(lambda screen: screen.said())

        with room.captions() as second:
            second.wait_until(lambda screen: screen.said() == first.said())

    assert second.states()


def test_the_vendors_captions_are_sealed_on_their_way_and_paid_for_once(
    room: Room, emulator: Emulator, tapped: list[bytes], live_sessions: sessionmaker[Session], redis: EmbeddedRedis
) -> None:
    room.choose(engine="assemblyai", region="eu")
    room.workers.start()
    room.start()

    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: len(screen.said()) >= 2)
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert screen.said() == WORDS
    assert [turn["speaker"] for turn in screen.turns().values()] == ["A", "B"]
    assert [line["is_terminated"] for line in emulator.settled_sessions()] == [True]
    wait_until(lambda: _followers(room) == [None], "nobody follows")
    with room.practice.session() as session:
        (used,) = session.scalars(select(UsageRecord)).all()
        follow = session.scalars(select(LiveFollow)).one()
        sent = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "recording.sent_to_vendor")).all()
        queued = session.execute(text("SELECT args::text FROM procrastinate_jobs")).scalars().all()
    assert (used.vendor, used.kind, used.unit) == ("assemblyai", "captions", "seconds")
    assert sent == [{"kind": "captions", "vendor": "assemblyai", "region": "eu"}]
    assert used.quantity >= 1
    assert (follow.holder, follow.line_vendor) == (None, None)
    published = b"\n".join(tapped).lower()
    sealed = [
        base64.b64decode(message.split(b" ", 1)[1]) for message in tapped if b"captions|" in message.split(b" ")[0]
    ]
    assert sealed
    published += b"\n".join(sealed).lower()
    store = redis_client.Redis.from_url(redis.url)
    kept = b" ".join(key + (store.dump(key) or b"") for key in store.scan_iter())
    everything = published + kept.lower() + room.workers.log.lower().encode() + " ".join(queued).lower().encode()
    assert not [word for word in (CANARY, "morning", "throat") if word.lower().encode() in everything]


def test_a_clinic_of_this_servers_engine_sends_nothing_to_a_vendor(room: Room, emulator: Emulator) -> None:
    room.workers.start()
    room.start()

    with room.captions() as screen:
        room.say(np.concatenate([TONE, quiet(1)]))
        screen.wait_until(lambda screen: screen.said())
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert emulator.sessions() == []
    assert emulator.requests() == []


def test_a_used_up_budget_means_no_captions_and_says_so(room: Room, emulator: Emulator) -> None:
    room.choose(engine="assemblyai", region="eu", monthly_budget_cents=0)
    room.workers.start()
    room.start()

    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: "unavailable" in screen.states())
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert {told.get("code") for name, told in screen.events if name == "state"} >= {"budget_reached"}
    assert screen.turns() == {}
    assert emulator.sessions() == []


def test_a_vendor_that_stays_away_costs_captions_and_nothing_else(room: Room, emulator: Emulator) -> None:
    emulator.script({"on": "stream", "do": {"http": 503}, "times": None})
    room.choose(engine="assemblyai", region="eu")
    room.workers.start()
    consultation = room.start()

    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: "unavailable" in screen.states())
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert {told.get("code") for name, told in screen.events if name == "state"} >= {"captions_unreachable"}
    wait_until(lambda: _status(room, consultation) == "ready", "its note is there")


def test_a_clinic_that_chooses_this_server_meanwhile_is_heard_at_no_vendor_any_more(
    room: Room, emulator: Emulator
) -> None:
    room.choose(engine="assemblyai", region="eu")
    room.workers.start()
    room.start()
    visit = _visit()
    parts = recorded(np.concatenate([visit, TONE, quiet(1)]), 12)
    before = len(parts) * len(visit) // (len(visit) + len(TONE) + 16_000)

    with room.captions() as screen:
        for part in parts[:before]:
            room.send(part)
        screen.wait_until(lambda screen: screen.said())
        room.choose(engine="default")
        # The vendor's line ends though nothing more is said, and what is said then is heard here.
        assert [line["is_terminated"] for line in emulator.settled_sessions()] == [True]
        for part in parts[before:]:
            room.send(part)
        screen.wait_until(lambda screen: any("What brings" in text for text in screen.said()))
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert len(emulator.sessions()) == 1


def test_captions_that_are_switched_off_meanwhile_end_with_their_line(room: Room, emulator: Emulator) -> None:
    room.choose(engine="assemblyai", region="eu")
    room.workers.start()
    room.start()

    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: screen.said())
        room.choose(live_captions=False)
        screen.wait_until(lambda screen: screen.states()[-1:] == ["off"])

    assert [line["is_terminated"] for line in emulator.settled_sessions()] == [True]
    assert len(emulator.sessions()) == 1


def test_while_none_is_free_to_follow_one_job_waits_for_all_who_read(room: Room) -> None:
    consultation = room.start()

    for _ in range(3):
        with room.captions():
            pass

    with room.practice.session() as session:
        queued = session.execute(text("SELECT args ->> 'consultation_id' FROM procrastinate_jobs")).scalars().all()
    assert queued == [consultation]


def test_a_job_that_comes_after_the_recordings_end_follows_nothing(room: Room, settings: Settings) -> None:
    consultation = UUID(room.start())
    with room.practice.session() as session:
        assert holding.take(session, settings, consultation, datetime.now(UTC)) is not None
        session.execute(update(LiveFollow).values(holder=None))
    room.say(np.concatenate([TONE, quiet(1)]))
    room.seal()

    with room.practice.session() as session:
        assert holding.take(session, settings, consultation, datetime.now(UTC)) is None


def test_where_captions_are_switched_off_nothing_follows(room: Room) -> None:
    room.choose(live_captions=False)
    room.start()

    with room.captions() as screen:
        screen.wait_until(lambda screen: screen.states() == ["off"])

    with room.practice.session() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0


def test_a_line_that_nobody_reads_any_more_is_ended(room: Room, emulator: Emulator) -> None:
    room.choose(engine="assemblyai", region="eu")
    room.workers.start()
    room.start()
    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: screen.said())

    assert [line["is_terminated"] for line in emulator.settled_sessions()] == [True]
    wait_until(lambda: _followers(room) == [None], "nobody follows")
    with room.practice.session() as session:
        assert session.scalars(select(UsageRecord)).one().quantity >= 1


def test_a_workers_death_ends_its_line_which_is_accounted_for_and_another_goes_on(
    room: Room, emulator: Emulator
) -> None:
    room.choose(engine="assemblyai", region="eu")
    first = room.workers.start()
    room.start()
    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: len(screen.said()) >= 1)
        # Its beat, and up to where all is final, is written down.
        wait_until(lambda: _captioned_ms(room) > 0, "it has beaten")
        room.workers.kill(first.pid)
        assert len(emulator.settled_sessions()) == 1
        room.workers.start()
        wait_until(lambda: len(emulator.sessions()) >= 2, "another line is open")
        room.seal()
        screen.wait_until(lambda screen: screen.states()[-1:] == ["ended"])

    assert emulator.settled_sessions()[-1]["is_terminated"]
    with room.practice.session() as session:
        assert len(session.scalars(select(UsageRecord)).all()) == len(emulator.sessions())


def test_a_dead_line_is_settled_without_anybody_who_takes_over(
    room: Room, live_sessions: sessionmaker[Session]
) -> None:
    room.choose(engine="assemblyai", region="eu")
    first = room.workers.start()
    room.start()
    with room.captions() as screen:
        room.say(_visit())
        screen.wait_until(lambda screen: screen.said())
    room.workers.kill(first.pid)
    with room.practice.session() as session:
        session.execute(update(LiveFollow).values(beat_at=text("now() - interval '1 hour'")))
        session.execute(update(LiveFollow).values(line_vendor="assemblyai", line_opened_at=text("beat_at")))
        before = len(session.scalars(select(UsageRecord)).all())
    # A dead worker's job is done anew, and would open a line of its own while the recording runs.
    room.seal()

    room.workers.start()

    wait_until(lambda: _followers(room) == [None], "its hold is gone")
    with room.practice.session() as session:
        used = session.scalars(select(UsageRecord).order_by(UsageRecord.created_at)).all()
    assert len(used) == before + 1
    assert used[-1].quantity == 30


def _followers(room: Room) -> list[object]:
    with room.practice.session() as session:
        return list(session.scalars(select(LiveFollow.holder)))


def _captioned_ms(room: Room) -> int:
    with room.practice.session() as session:
        return session.scalars(select(LiveFollow.captioned_ms)).one()


def _status(room: Room, consultation: str) -> str:
    return str(room.http.get(f"/api/consultations/{consultation}").json()["status"])
