"""Group 11: the vendor tells us, once, twice, never, too early, too late, or it is not the vendor."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg2
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from scribe.core.ids import new_id
from scribe.core.settings import Settings, VendorSettings
from scribe.transcription import webhooks
from scribe.transcription.vendor_jobs import Wanted
from scribe.transcription.vendor_models import VendorJobState
from tests.emulators.assemblyai.program import Emulator
from tests.transcription.vendor.ward import Ward

Served = tuple[FastAPI, Settings]


def told(ward: Ward, number: int = 0) -> list[tuple[str, int | None]]:
    """The webhooks of a transcript, when all have gone out: with what header, and how we answered."""
    job = ward.emulator.settled(ward.emulator.jobs()[number]["id"])
    return [(each["auth"], each["status"]) for each in job["webhooks"]]


def seconds_to_note(ward: Ward, consultation: object) -> float:
    began = ward.clock.now()
    ward.until("done", consultation)
    return (ward.clock.now() - began).total_seconds()


def test_the_webhook_wakes_the_stage_at_once(hooked: Ward) -> None:
    consultation = hooked.consult()
    hooked.step()

    assert told(hooked) == [("right", 200)]

    assert seconds_to_note(hooked, consultation) < 1
    assert hooked.status(consultation) == "ready"


def test_a_webhook_that_comes_twice_wakes_once(hooked: Ward) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_twice"})
    consultation = hooked.consult()
    hooked.step()

    assert told(hooked) == [("right", 200), ("right", 200)]

    hooked.drain()
    assert hooked.status(consultation) == "ready"
    assert len(hooked.emulator.requests("get")) == 2
    assert len(hooked.transcripts(consultation)) == 2


def test_a_webhook_that_is_lost_is_made_up_for_by_asking(hooked: Ward) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_lost"})
    consultation = hooked.consult()
    hooked.step()

    assert 25 <= seconds_to_note(hooked, consultation) < 60

    assert hooked.status(consultation) == "ready"


def test_a_webhook_that_comes_before_the_submits_answer_is_not_lost(hooked: Ward) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_early"})
    consultation = hooked.consult()

    hooked.step()

    assert told(hooked)[0] == ("right", 200)
    assert seconds_to_note(hooked, consultation) < 1
    assert hooked.job(consultation).state == VendorJobState.IMPORTED


def test_a_webhook_names_the_transcript_of_a_submit_that_was_never_answered(hooked: Ward) -> None:
    # Not even the list knows of it yet.
    hooked.emulator.script(
        {"on": "submit", "do": "done_but_reset"},
        {"on": "list", "do": "unavailable", "times": None},
    )
    consultation = hooked.consult()
    hooked.until("vendor_uncertain", consultation)

    assert told(hooked) == [("right", 200)]

    hooked.until("done", consultation)
    assert len(hooked.emulator.requests("submit")) == 1


def test_a_transcript_of_another_recording_is_not_adopted_whoever_names_it(hooked: Ward) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_lost", "times": None})
    other = hooked.consult()
    hooked.step()
    hooked.emulator.script({"on": "submit", "do": "done_but_reset"})
    consultation = hooked.consult()
    hooked.until("vendor_uncertain", consultation)
    others, own = (job["id"] for job in hooked.emulator.jobs())

    hooked.emulator.send_webhook(own, body={"transcript_id": others, "status": "completed"})
    hooked.drain()

    assert (hooked.job(other).transcript_id, hooked.job(consultation).transcript_id) == (others, own)
    assert [hooked.status(other), hooked.status(consultation)] == ["ready", "ready"]
    assert len(hooked.emulator.requests("submit")) == 2


@pytest.mark.parametrize("has_ended", [False, True])
def test_a_second_transcript_that_a_webhook_names_is_deleted_too(hooked: Ward, *, has_ended: bool) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_lost", "times": None})
    consultation = hooked.consult()
    hooked.step()
    if has_ended:
        hooked.drain()
    (own,) = hooked.emulator.jobs()
    with httpx.Client(
        base_url=hooked.emulator.url, headers={"authorization": hooked.emulator.key}, trust_env=False
    ) as http:
        second = http.post("/v2/transcript", json={"audio_url": own["body"]["audio_url"]}).json()["id"]

    hooked.emulator.send_webhook(own["id"], body={"transcript_id": second, "status": "completed"})
    hooked.drain()

    assert hooked.job(consultation).transcript_id == own["id"]
    assert (hooked.status(consultation), hooked.left_at_vendor()) == ("ready", [])


def test_a_webhook_after_the_deletion_is_answered_like_any_other(hooked: Ward) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_after_deletion"})
    consultation = hooked.consult()
    hooked.holds = True

    hooked.drain()

    assert told(hooked) == [("right", 200)]
    assert hooked.due() is None
    assert hooked.status(consultation) == "ready"


@pytest.mark.parametrize(
    ("scene", "answers"),
    [
        ("webhook_forged_first", [("wrong", 401), ("right", 200)]),
        ("webhook_without_auth", [("missing", 401)]),
    ],
)
def test_what_is_not_the_vendors_is_refused_for_good_and_changes_nothing(
    hooked: Ward, scene: str, answers: list[tuple[str, int]]
) -> None:
    hooked.emulator.script({"on": "webhook", "do": scene})
    consultation = hooked.consult()
    hooked.step()

    assert told(hooked) == answers

    hooked.drain()
    assert hooked.status(consultation) == "ready"


def test_a_forged_webhook_wakes_nobody(hooked: Ward) -> None:
    hooked.emulator.script({"on": "webhook", "do": "webhook_without_auth"})
    consultation = hooked.consult()
    hooked.step()
    told(hooked)

    assert hooked.pipeline(consultation).wake_asked is False
    assert seconds_to_note(hooked, consultation) >= 25


@pytest.mark.parametrize("scene", ["webhook_of_error", "webhook_unknown_id"])
def test_what_a_webhook_says_is_not_believed_the_look_decides(hooked: Ward, scene: str) -> None:
    hooked.emulator.script({"on": "webhook", "do": scene})
    consultation = hooked.consult()
    hooked.step()

    assert told(hooked) == [("right", 200)]

    hooked.drain()
    assert hooked.status(consultation) == "ready"
    assert (len(hooked.usage()), hooked.left_at_vendor()) == (1, [])


def test_a_webhook_that_is_ahead_of_the_vendors_own_answer_leads_to_another_look(hooked: Ward) -> None:
    hooked.emulator.script({"on": "submit", "do": {"job": {"lag_polls": 2}}})
    consultation = hooked.consult()
    hooked.step()
    told(hooked)

    hooked.until("vendor_processing", consultation)
    hooked.drain()

    assert hooked.status(consultation) == "ready"


def test_a_webhook_of_a_job_that_ended_in_error_leads_to_the_look_that_says_so(hooked: Ward) -> None:
    hooked.emulator.script({"on": "submit", "do": "job_server_error"})
    consultation = hooked.consult()
    hooked.step()
    assert told(hooked) == [("right", 200)]

    hooked.until("vendor_anew", consultation)

    hooked.drain()
    assert hooked.status(consultation) == "ready"


def test_the_form_for_redacted_audio_is_answered_and_changes_nothing(hooked: Ward) -> None:
    consultation = hooked.consult()
    hooked.drain()
    redacted = {"status": "redacted_audio_ready", "redacted_audio_url": "https://s3.example/x.mp3"}

    hooked.emulator.send_webhook(hooked.emulator.jobs()[0]["id"], body=redacted)

    assert told(hooked)[-1] == ("right", 200)
    assert hooked.due() is None
    assert hooked.status(consultation) == "ready"


def test_a_database_that_is_away_is_a_5xx_after_which_the_vendor_comes_again(hooked: Ward, served: Served) -> None:
    app, good, times = served[0], served[0].state.session_factory, iter(range(2))

    class Away:
        @contextmanager
        def begin(self) -> Iterator[Session]:
            if next(times, None) is not None:
                raise OperationalError("SELECT", {}, psycopg2.OperationalError("gone"))
            with good.begin() as session:
                yield session

    app.state.session_factory = Away()
    consultation = hooked.consult()

    hooked.step()

    assert told(hooked) == [("right", 503), ("right", 503), ("right", 200)]
    assert seconds_to_note(hooked, consultation) < 1


def test_the_webhooks_secret_is_kept_as_a_hash_only(hooked: Ward) -> None:
    consultation = hooked.consult()

    hooked.step()

    asked = hooked.emulator.jobs()[0]["body"]
    secret, job = asked["webhook_auth_header_value"], hooked.job(consultation)
    assert asked["webhook_auth_header_name"] == "X-Scribe-Hook"
    assert len(secret) >= 43
    assert (job.webhook_hash, secret in str(vars(job))) == (webhooks.vendor_jobs.hash_of(secret), False)
    assert asked["webhook_url"].endswith(f"?clinic={hooked.practice.id}&job={job.id}")


@pytest.mark.parametrize(
    ("public_url", "setting", "begins_with"),
    [
        ("https://scribe.clinic.example", "auto", "https://scribe.clinic.example/api/hooks/assemblyai?clinic="),
        ("https://scribe.clinic.example", "off", "None"),
        ("http://localhost:8000", "auto", "None"),
        ("https://127.0.0.1", "auto", "None"),
    ],
)
def test_a_webhook_is_asked_for_where_the_real_vendor_can_reach_us(
    settings: Settings, public_url: str, setting: str, begins_with: str
) -> None:
    settings = settings.model_copy(
        update={
            "app": settings.app.model_copy(update={"public_url": public_url}),
            "vendor": VendorSettings(assemblyai_api_key="k", assemblyai_webhooks=setting),
        }
    )
    wanted = Wanted(new_id(), new_id(), "us", "key", 1)

    address = webhooks.address(settings, wanted, new_id())

    assert str(address).startswith(begins_with)


def test_a_body_of_more_than_a_kilobyte_is_refused_unread(served: Served, emulator: Emulator) -> None:
    url = f"{served[1].app.public_url}{webhooks.PATH}?clinic={new_id()}&job={new_id()}"

    answer = httpx.post(url, content=b"x" * 1025, trust_env=False)

    assert answer.status_code == 413


def test_a_webhook_that_names_no_job_is_refused_like_a_forged_one(served: Served, emulator: Emulator) -> None:
    url = f"{served[1].app.public_url}{webhooks.PATH}?clinic={new_id()}&job={new_id()}"

    answer = httpx.post(url, json={"transcript_id": "x", "status": "completed"}, trust_env=False)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_the_vendor")


@pytest.mark.parametrize("body", [b"[" * 1000, b'{"transcript_id":' * 50, b"\xff", b"NaN", b""])
def test_a_body_that_is_none_is_refused_like_any_other_without_the_secret(hooked: Ward, body: bytes) -> None:
    consultation = hooked.consult()
    hooked.step()
    where = {"clinic": str(hooked.practice.id), "job": str(hooked.job(consultation).id)}

    answer = httpx.post(f"{hooked.settings.app.public_url}{webhooks.PATH}", params=where, content=body, trust_env=False)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_the_vendor")
