"""Group 11: webhooks that come once, often, late, early, wrongly, or not."""

from typing import Any

import httpx
import pytest

from tests.emulators.assemblyai.prerecorded.webhooks import is_loopback
from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import finished, submitted
from tests.emulators.receiving import Receiver


def hooked(http: httpx.Client, receiver: Receiver, audio: bytes, **more: Any) -> str:
    auth = {"webhook_auth_header_name": "X-Hook", "webhook_auth_header_value": "s3cret"}
    return submitted(http, audio, webhook_url=receiver.url, **auth, **more)


def attempts(emulator: Emulator, transcript_id: str) -> list[tuple[str, int | None]]:
    return [(attempt["auth"], attempt["status"]) for attempt in emulator.settled(transcript_id)["webhooks"]]


def test_a_client_that_has_trouble_or_is_silent_is_told_again_until_it_answers(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes
) -> None:
    receiver.statuses = [500, None, 503]

    transcript_id = hooked(http, receiver, visit)

    assert attempts(emulator, transcript_id) == [("right", 500), ("right", 0), ("right", 503), ("right", 200)]
    assert len({str(receiver.next().body) for _ in range(4)}) == 1
    assert finished(http, transcript_id)["webhook_status_code"] == 200


def test_ten_attempts_are_all(emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes) -> None:
    receiver.statuses = [500] * 20

    transcript_id = hooked(http, receiver, visit)

    assert attempts(emulator, transcript_id) == [("right", 500)] * 10
    assert finished(http, transcript_id)["webhook_status_code"] == 500


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_4xx_ends_it_for_good(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes, status: int
) -> None:
    receiver.statuses = [status]

    transcript_id = hooked(http, receiver, visit)

    assert attempts(emulator, transcript_id) == [("right", status)]
    assert finished(http, transcript_id)["webhook_status_code"] == status


def test_a_client_that_is_not_there_is_told_ten_times(emulator: Emulator, http: httpx.Client, visit: bytes) -> None:
    with Receiver() as gone:
        url = gone.url

    transcript_id = submitted(http, visit, webhook_url=url)

    assert attempts(emulator, transcript_id) == [("right", 0)] * 10
    assert finished(http, transcript_id)["webhook_status_code"] is None


def test_a_webhook_can_be_lost(emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes) -> None:
    emulator.script({"on": "webhook", "do": "webhook_lost"})

    lost, told = hooked(http, receiver, visit), hooked(http, receiver, visit)

    assert attempts(emulator, lost) == []
    assert receiver.next().body["transcript_id"] == told
    assert receiver.came.empty()


def test_a_webhook_can_come_twice(emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes) -> None:
    emulator.script({"on": "webhook", "do": "webhook_twice"})

    transcript_id = hooked(http, receiver, visit)

    assert receiver.next() == receiver.next()
    assert attempts(emulator, transcript_id) == [("right", 200)] * 2


def test_a_webhook_can_come_before_the_submit_is_answered(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes
) -> None:
    emulator.script({"on": "webhook", "do": "webhook_early"})
    # Without a first answer the submit would not be answered either: only the second attempt lets it go on.
    receiver.statuses = [None, 200]

    transcript_id = hooked(http, receiver, visit)

    # Nothing was waited for since the submit's answer, and the webhook is there.
    assert receiver.came.get_nowait().body == {"transcript_id": transcript_id, "status": "completed"}


def test_a_webhook_can_come_after_the_deletion(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes
) -> None:
    emulator.script(
        {"on": "webhook", "do": "webhook_after_deletion"},
        {"on": "submit", "do": {"job": {"processing_polls": 1}}},
    )
    transcript_id = hooked(http, receiver, visit)
    polled = [http.get(f"/v2/transcript/{transcript_id}").json()["status"] for _ in range(2)]
    assert polled == ["processing", "completed"]
    assert receiver.came.empty()

    http.delete(f"/v2/transcript/{transcript_id}").raise_for_status()

    assert receiver.next().body == {"transcript_id": transcript_id, "status": "completed"}


def test_a_job_that_is_deleted_while_it_runs_tells_nobody(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes
) -> None:
    emulator.script({"on": "submit", "do": "job_for_ever"})
    transcript_id = hooked(http, receiver, visit)

    deleted = http.delete(f"/v2/transcript/{transcript_id}").json()

    assert deleted["text"] == "Deleted by user."
    assert attempts(emulator, transcript_id) == []
    assert finished(http, transcript_id)["text"] == "Deleted by user."


@pytest.mark.parametrize(
    ("delivery", "header", "body"),
    [
        ({"auth": "wrong"}, "not-the-value", {}),
        ({"auth": "missing"}, None, {}),
        ({"auth": {"name": "X-Hook", "value": "guessed"}}, "guessed", {}),
        ({"transcript_id": "unknown"}, "s3cret", {"transcript_id": "unknown"}),
        ({"status": "error"}, "s3cret", {"status": "error"}),
        ({"body": {"anything": 1}}, "s3cret", {"anything": 1}),
    ],
)
def test_a_webhook_can_be_wrong(
    emulator: Emulator,
    http: httpx.Client,
    receiver: Receiver,
    visit: bytes,
    delivery: dict[str, Any],
    header: str | None,
    body: dict[str, Any],
) -> None:
    emulator.script({"on": "webhook", "do": {"deliveries": [delivery]}})

    transcript_id = hooked(http, receiver, visit)

    came = receiver.next()
    right = {"transcript_id": transcript_id, "status": "completed"}
    assert came.headers.get("x-hook") == header
    assert came.body == (body if "anything" in body else right | body)


def test_a_forged_one_can_come_first(emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes) -> None:
    emulator.script({"on": "webhook", "do": "webhook_forged_first"})
    receiver.statuses = [401]

    transcript_id = hooked(http, receiver, visit)

    assert attempts(emulator, transcript_id) == [("wrong", 401), ("right", 200)]


def test_a_webhook_can_say_completed_while_get_says_processing(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes
) -> None:
    emulator.script({"on": "submit", "do": {"job": {"lag_polls": 2}}})

    transcript_id = hooked(http, receiver, visit)

    assert receiver.next().body["status"] == "completed"
    polled = [http.get(f"/v2/transcript/{transcript_id}").json() for _ in range(3)]
    assert [(body["status"], body["text"] is None) for body in polled] == [
        ("processing", True),
        ("processing", True),
        ("completed", False),
    ]


def test_a_job_that_failed_says_so(http: httpx.Client, receiver: Receiver) -> None:
    transcript_id = hooked(http, receiver, b"no audio")

    assert receiver.next().body == {"transcript_id": transcript_id, "status": "error"}


def test_redacted_audio_has_a_webhook_of_its_own(http: httpx.Client, receiver: Receiver, visit: bytes) -> None:
    hooked(http, receiver, visit, redact_pii=True, redact_pii_policies=["drug"], redact_pii_audio=True)

    first, second = receiver.next(), receiver.next()

    assert first.body["status"] == "completed"
    assert set(second.body) == {"status", "redacted_audio_url"}
    assert second.body["status"] == "redacted_audio_ready"


def test_a_webhook_can_be_sent_by_hand(
    emulator: Emulator, http: httpx.Client, receiver: Receiver, visit: bytes
) -> None:
    transcript_id = hooked(http, receiver, visit)
    receiver.next()

    emulator.send_webhook(transcript_id, auth="wrong", status="error")

    came = receiver.next()
    assert (came.headers["x-hook"], came.body["status"]) == ("not-the-value", "error")


def test_half_a_header_is_no_header(http: httpx.Client, receiver: Receiver, visit: bytes) -> None:
    transcript_id = submitted(http, visit, webhook_url=receiver.url, webhook_auth_header_name="X-Hook")

    assert "x-hook" not in receiver.next().headers
    assert finished(http, transcript_id)["webhook_auth"] is False


def test_webhooks_go_to_this_machine_only(emulator: Emulator, http: httpx.Client, visit: bytes) -> None:
    assert is_loopback("http://127.0.0.1:1/") and is_loopback("http://[::1]:1/") and is_loopback("http://localhost/")  # noqa: PT018
    for url in ("https://clinic.example/hook", "http://10.0.0.1/", "http://127.0.0.1.example/", "http://0.0.0.0/"):
        assert not is_loopback(url)

    transcript_id = submitted(http, visit, webhook_url="https://clinic.example/hook")

    assert attempts(emulator, transcript_id) == [("right", None)]
