"""Sealing: only what is whole, once, and never with a hole."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import User
from scribe.consultations.models import Consultation, ConsultationStatus, Pipeline, Stage
from scribe.db.session import clinic_session
from scribe.storage.base import StoreUnavailable
from tests.fixtures.fakes import MemoryStore
from tests.recordings.conftest import Browser, Events, RecordingOf
from tests.recordings.media import as_live, slices, tone

LIVE = slices(as_live(tone(3)), 4)


def test_a_whole_recording_is_sealed_and_its_assembly_asked_for(
    browser: Browser, session_factory: sessionmaker[Session], doctor: User, events: Events
) -> None:
    browser.send(*LIVE)

    answer = browser.seal(wall_clock_ms=3_000)

    assert (answer.status_code, answer.json()["state"], answer.json()["sealed_by"]) == (200, "sealed", "client")
    with clinic_session(session_factory, doctor.clinic_id) as session:
        assert session.scalars(select(Pipeline.stage)).all() == [Stage.ASSEMBLE]
        assert session.scalars(select(Consultation.status)).all() == [ConsultationStatus.PROCESSING]
    assert [event.action for event in events()[-2:]] == ["recording.chunk_stored", "recording.sealed"]


def test_what_is_missing_is_named(browser: Browser, recording_of: RecordingOf) -> None:
    browser.send(*LIVE)
    browser.sent[0].append("a" * 64)
    browser.sent[3] = ["b" * 64]

    answer = browser.seal()

    assert (answer.status_code, answer.json()["code"]) == (409, "recording_incomplete")
    assert answer.json()["details"] == {"missing": [[0, 4], [3, 0]]}
    assert recording_of(browser).recording.state == "open"


def test_what_is_stored_but_not_listed_is_named(browser: Browser) -> None:
    browser.send(*LIVE)
    browser.sent[0].pop()

    answer = browser.seal()

    assert (answer.status_code, answer.json()["code"]) == (409, "recording_has_more")
    assert answer.json()["details"] == {"unlisted": [[0, 3]]}


def test_a_list_with_another_hash_is_refused(browser: Browser) -> None:
    browser.send(*LIVE)
    browser.sent[0][2] = "c" * 64

    answer = browser.seal()

    assert (answer.status_code, answer.json()["code"]) == (409, "chunk_conflict")
    assert answer.json()["details"] == {"conflicting": [[0, 2]]}


@pytest.mark.parametrize("damage", ["gone", "changed", "swapped"])
def test_a_chunk_that_the_store_does_not_hold_any_more_is_missing_and_can_be_sent_again(
    browser: Browser, store: MemoryStore, damage: str
) -> None:
    browser.send(*LIVE)
    keys = sorted(store.objects)
    if damage == "gone":
        del store.objects[keys[2]]
    elif damage == "changed":
        store.objects[keys[2]] = store.objects[keys[2]][:-1] + b"\0"
    else:
        store.objects[keys[2]] = store.objects[keys[3]]

    refused = browser.seal()
    again = browser.put(2, LIVE[2])
    sealed = browser.seal()

    assert (refused.json()["code"], refused.json()["details"]) == ("recording_incomplete", {"missing": [[0, 2]]})
    assert again.status_code == 200
    assert sealed.status_code == 200


def test_a_lost_header_is_put_back_from_its_row(browser: Browser, store: MemoryStore) -> None:
    browser.send(*LIVE)
    first = min(store.objects)
    body = store.objects.pop(first)

    assert browser.seal().status_code == 200
    assert store.objects[first] == body


def test_a_store_that_does_not_answer_seals_nothing(
    browser: Browser, store: MemoryStore, monkeypatch: pytest.MonkeyPatch, recording_of: RecordingOf
) -> None:
    browser.send(*LIVE)

    def silent(*_: object) -> bytes:
        raise StoreUnavailable

    monkeypatch.setattr(store, "get", silent)
    answer = browser.seal()

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert recording_of(browser).recording.state == "open"


def test_sealing_again_the_same_changes_nothing(
    browser: Browser, session_factory: sessionmaker[Session], doctor: User
) -> None:
    browser.send(*LIVE)

    answers = [browser.seal() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    with clinic_session(session_factory, doctor.clinic_id) as session:
        assert session.scalars(select(Pipeline.attempt_no)).all() == [1]


def test_after_the_seal_the_same_chunk_is_acknowledged_and_another_refused(
    browser: Browser, store: MemoryStore
) -> None:
    browser.send(*LIVE)
    browser.seal()
    held = dict(store.objects)

    same, more = browser.put(1, LIVE[1]), browser.put(4, b"more")
    longer = browser.seal(segments=[{"segment": 0, "chunks": [*browser.sent[0], "d" * 64]}])

    assert same.status_code == 200
    assert (more.status_code, more.json()["code"]) == (409, "recording_sealed")
    assert (longer.status_code, longer.json()["code"]) == (409, "recording_sealed")
    assert store.objects == held


def test_nothing_recorded_is_nothing_to_seal(browser: Browser) -> None:
    answer = browser.seal(segments=[{"segment": 0, "chunks": []}])

    assert (answer.status_code, answer.json()["code"]) == (422, "recording_empty")


def test_a_segment_listed_twice_is_refused(browser: Browser) -> None:
    browser.send(*LIVE)

    answer = browser.seal(segments=browser.list()["segments"] * 2)

    assert (answer.status_code, answer.json()["code"]) == (422, "segment_repeated")


def test_the_list_of_gaps_is_kept(browser: Browser, recording_of: RecordingOf) -> None:
    browser.send(*LIVE)
    gap = {"kind": "muted", "start_ms": 100, "end_ms": 200}

    browser.seal(gaps=[gap], wall_clock_ms=3_000)

    manifest = recording_of(browser).recording.manifest
    assert (manifest["gaps"], manifest["wall_clock_ms"]) == ([gap], 3_000)


def test_the_marks_are_kept_with_the_list_and_counted_on_record(
    browser: Browser, recording_of: RecordingOf, events: Events
) -> None:
    browser.send(*LIVE)

    browser.seal(marks=[1_200, 2_500])

    assert recording_of(browser).recording.manifest["marks"] == [1_200, 2_500]
    assert events()[-1].detail["marks"] == 2


@pytest.mark.parametrize(
    ("decoration", "one", "most"),
    [("marks", 7, 1_000), ("gaps", {"kind": "muted", "start_ms": 1, "end_ms": 2}, 10_000)],
)
def test_a_seal_does_not_fail_on_decoration_of_which_there_is_too_much(
    browser: Browser, recording_of: RecordingOf, decoration: str, one: object, most: int
) -> None:
    browser.send(*LIVE)

    answer = browser.seal(**{decoration: [one] * (most + 1)})

    assert answer.status_code == 200
    assert len(recording_of(browser).recording.manifest[decoration]) == most


def cancel(browser: Browser) -> None:
    """As another tab or device does it, while this one records."""
    assert browser.client.post(f"/api/consultations/{browser.consultation_id}/cancel").status_code == 200


def test_a_recording_of_a_consultation_that_was_cancelled_meanwhile_is_not_sealed_so_that_its_device_keeps_it(
    browser: Browser, recording_of: RecordingOf, session_factory: sessionmaker[Session], doctor: User
) -> None:
    browser.send(*LIVE)
    cancel(browser)

    refused = browser.seal()

    assert (refused.status_code, refused.json()["code"]) == (409, "consultation_cancelled")
    assert recording_of(browser).recording.state == "open"
    with clinic_session(session_factory, doctor.clinic_id) as session:
        assert session.scalars(select(Pipeline.id)).all() == []


def test_its_doctor_brings_it_back_with_the_seal_and_that_is_on_record(
    browser: Browser, recording_of: RecordingOf, events: Events
) -> None:
    browser.send(*LIVE[:2])
    cancel(browser)
    browser.send(*LIVE[2:])

    answer = browser.seal(brings_back=True)

    held = recording_of(browser)
    assert (answer.status_code, held.recording.state) == (200, "sealed")
    assert held.consultation.status == ConsultationStatus.PROCESSING
    sealed = next(event for event in reversed(events()) if event.action == "recording.sealed")
    assert sealed.detail["brought_back"] is True
    assert "brings_back" not in held.recording.manifest


def test_a_seal_that_would_bring_back_what_was_never_cancelled_is_a_seal_like_any_other(
    browser: Browser, events: Events
) -> None:
    browser.send(*LIVE)

    assert browser.seal(brings_back=True).status_code == 200

    assert events()[-1].detail["brought_back"] is False


def test_a_seal_whose_answer_was_lost_is_answered_the_same_after_a_cancel(
    browser: Browser, session_factory: sessionmaker[Session], doctor: User
) -> None:
    browser.send(*LIVE)
    browser.seal()
    with clinic_session(session_factory, doctor.clinic_id) as session:
        session.execute(update(Consultation).values(status=ConsultationStatus.FAILED))
    cancel(browser)

    assert browser.seal().status_code == 200


def test_a_chunk_is_taken_after_a_cancel_and_its_sender_told(browser: Browser) -> None:
    before = browser.put(0, LIVE[0]).json()["consultation_cancelled"]
    cancel(browser)

    after = browser.put(1, LIVE[1])

    assert (before, after.status_code, after.json()["consultation_cancelled"]) == (False, 200, True)
