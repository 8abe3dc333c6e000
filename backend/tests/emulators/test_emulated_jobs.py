"""Groups 6 to 10: how a job goes, and what may be wrong with one that is completed."""

import json
from typing import Any

import assemblyai as aai
import httpx
import pytest
from assemblyai.prerecorded.v2 import api

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import TEXT, finished, submitted
from tests.recordings import media

ROLES = {
    "speaker_labels": True,
    "speech_understanding": {
        "request": {"speaker_identification": {"speaker_type": "role", "known_values": ["doctor", "patient"]}}
    },
}
NOT_AUDIO = "Transcoding failed. File does not appear to contain audio. File type is "


def job(emulator: Emulator, **life: Any) -> None:
    emulator.script({"on": "submit", "do": {"job": life}})


def statuses(http: httpx.Client, transcript_id: str, count: int) -> list[tuple[str, bool]]:
    bodies = [http.get(f"/v2/transcript/{transcript_id}").json() for _ in range(count)]
    return [(body["status"], body["throttled"]) for body in bodies]


def test_a_submit_is_told_processing_whatever_comes(http: httpx.Client, visit: bytes) -> None:
    upload_url = http.post("/v2/upload", content=visit).json()["upload_url"]

    body = http.post("/v2/transcript", json={"audio_url": upload_url}).json()

    assert (body["status"], body["text"], body["words"], body["audio_duration"]) == ("processing", None, None, None)


def test_a_job_is_queued_and_throttled_for_some_polls_then_processing_then_completed(
    emulator: Emulator, http: httpx.Client, visit: bytes
) -> None:
    job(emulator, queued_polls=3, throttled=True, processing_polls=2)

    transcript_id = submitted(http, visit)

    queued, processing, completed = ("queued", True), ("processing", False), ("completed", False)
    assert statuses(http, transcript_id, 8) == [queued] * 3 + [processing] * 2 + [completed] * 3


def test_a_job_can_go_on_for_ever_until_it_is_released(emulator: Emulator, sdk: aai.Client, visit: bytes) -> None:
    emulator.script({"on": "submit", "do": "job_for_ever"})
    transcript = aai.Transcriber(client=sdk).submit(visit)
    assert transcript.id is not None

    with pytest.raises(aai.TranscriptError, match="did not finish"):
        transcript.wait_for_completion(poll_timeout=0.2)
    emulator.release(transcript.id)

    assert transcript.wait_for_completion().text == TEXT


def test_jobs_over_the_accounts_room_are_queued_and_throttled(
    emulator: Emulator, http: httpx.Client, visit: bytes
) -> None:
    emulator.set(concurrency=1)
    emulator.script({"on": "submit", "do": "job_for_ever"})

    first, second = submitted(http, visit), submitted(http, visit)

    assert statuses(http, second, 2) == [("queued", True)] * 2
    listed = http.get("/v2/transcript", params={"throttled_only": True}).json()["transcripts"]
    assert [item["id"] for item in listed] == [second]
    emulator.release(first)
    assert finished(http, second)["status"] == "completed"


@pytest.mark.parametrize(
    ("audio", "error"),
    [
        (b"", NOT_AUDIO + "inode/x-empty (empty)."),
        (b"<!DOCTYPE html><html></html>", NOT_AUDIO + "text/html (HTML document, ASCII text)."),
        (bytes(range(256)) * 20, NOT_AUDIO + "application/octet-stream (data)."),
        (media.a_file("webm", 1)[:110], NOT_AUDIO + "video/webm."),
        (media.a_file("wav", 0.1), "Audio duration is too short."),
    ],
)
def test_what_cannot_be_heard_is_an_error_of_the_job(http: httpx.Client, audio: bytes, error: str) -> None:
    body = finished(http, submitted(http, audio))

    assert (body["status"], body["error"]) == ("error", error)
    assert (body["text"], body["words"], body["audio_duration"]) == (None, None, None)


def test_an_address_outside_is_never_fetched(http: httpx.Client, emulator: Emulator) -> None:
    answer = http.post("/v2/transcript", json={"audio_url": emulator.url + "/_emulator"})

    body = finished(http, answer.json()["id"])

    assert body["status"] == "error"
    assert body["error"].startswith(f"Download error, unable to download {emulator.url}/_emulator.")


def test_silence_is_completed_without_words_and_an_error_where_the_language_was_to_be_found(
    http: httpx.Client, silence: bytes
) -> None:
    plain = finished(http, submitted(http, silence, speaker_labels=True))
    detected = finished(http, submitted(http, silence, language_detection=True))
    thresholded = finished(http, submitted(http, silence, speech_threshold=0.5))

    assert (plain["status"], plain["text"], plain["words"], plain["audio_duration"]) == ("completed", "", [], 2)
    assert detected["error"] == "language_detection cannot be performed on files with no spoken audio."
    assert thresholded["error"] == "Audio speech threshold 0.0000 is below the requested speech threshold value 0.5"


def test_a_server_error_of_a_job_is_gone_when_it_is_submitted_again(
    emulator: Emulator, sdk: aai.Client, visit: bytes
) -> None:
    emulator.script({"on": "submit", "do": "job_server_error"})
    transcriber = aai.Transcriber(client=sdk)
    upload_url = transcriber.upload_file(visit)

    first, second = transcriber.transcribe(upload_url), transcriber.transcribe(upload_url)

    assert (first.status, first.error) == (aai.TranscriptStatus.error, "Server error, developers have been alerted")
    assert second.text == TEXT


@pytest.mark.parametrize(
    ("scene", "fields"),
    [
        ("job_without_speech", {"text": "", "words": [], "utterances": []}),
        ("job_without_voices", {"text": TEXT, "utterances": None}),
        ("job_of_fallback_model", {"speech_model_used": "universal-2"}),
        (
            "job_without_domain",
            {
                "metadata": {
                    "domain_used": None,
                    "warning": "Skipped medical-v1 domain correction because the language is not supported",
                    "warnings": [
                        {"message": "Skipped medical-v1 domain correction because the language is not supported"}
                    ],
                }
            },
        ),
    ],
)
def test_a_completed_transcript_can_have_less_than_was_asked_for(
    emulator: Emulator, http: httpx.Client, visit: bytes, scene: str, fields: dict[str, Any]
) -> None:
    emulator.script({"on": "submit", "do": scene})

    body = finished(http, submitted(http, visit, domain="medical-v1", **ROLES))

    assert body["status"] == "completed"
    assert {name: body[name] for name in fields} == fields


def test_a_language_that_medical_mode_does_not_know_is_skipped_with_a_warning(http: httpx.Client, visit: bytes) -> None:
    known = finished(http, submitted(http, visit, domain="medical-v1", language_code="de"))
    unknown = finished(http, submitted(http, visit, domain="medical-v1", language_code="pt"))

    assert known["metadata"]["domain_used"] == "medical-v1"
    assert (unknown["metadata"]["domain_used"], len(unknown["metadata"]["warnings"])) == (None, 1)


@pytest.mark.parametrize(
    ("life", "speakers", "mapping"),
    [
        ({}, ["doctor", "patient", "doctor"], {"A": "doctor", "B": "patient"}),
        ({"roles": "partial"}, ["doctor", "B", "doctor"], {"A": "doctor"}),
        ({"roles": "absent"}, ["A", "B", "A"], {}),
        ({"one_voice": True}, ["A"], {}),
    ],
)
def test_roles_are_there_half_or_not_at_all(
    emulator: Emulator,
    http: httpx.Client,
    visit: bytes,
    life: dict[str, Any],
    speakers: list[str],
    mapping: dict[str, str],
) -> None:
    job(emulator, **life)

    body = finished(http, submitted(http, visit, **ROLES))

    assert [turn["speaker"] for turn in body["utterances"]] == speakers
    found = body["speech_understanding"]["response"]["speaker_identification"]
    assert found == {"status": "success" if mapping else "unavailable", "mapping": mapping}


def test_a_truncated_upload_is_heard_only_as_far_as_it_goes(
    emulator: Emulator, http: httpx.Client, visit: bytes
) -> None:
    job(emulator, hears_s=5)

    body = finished(http, submitted(http, visit))

    assert body["audio_duration"] == 5
    assert TEXT.startswith(body["text"])
    assert 0 < len(body["text"]) < len(TEXT)


@pytest.mark.parametrize("scene", ["job_of_strange_entity", "job_of_null_confidence", "job_of_model_string"])
def test_schema_drift_breaks_the_sdk_and_not_the_transcript(
    emulator: Emulator, sdk: aai.Client, visit: bytes, scene: str
) -> None:
    emulator.script({"on": "submit", "do": scene})
    transcript = aai.Transcriber(client=sdk).submit(visit, aai.TranscriptionConfig(entity_detection=True))
    assert transcript.id is not None
    emulator.settled(transcript.id)

    with pytest.raises(ValueError, match="validation error"):
        api.get_transcript(sdk.http_client, transcript.id)

    raw = sdk.http_client.get(f"/v2/transcript/{transcript.id}").json()
    assert (raw["status"], raw["text"]) == ("completed", TEXT)


def test_a_field_of_tomorrow_does_not_break_the_sdk(emulator: Emulator, sdk: aai.Client, visit: bytes) -> None:
    emulator.script({"on": "submit", "do": "job_of_strange_field"})

    transcript = aai.Transcriber(client=sdk).transcribe(visit)

    assert transcript.text == TEXT
    assert sdk.last_response is not None
    assert sdk.last_response.json()["a_field_of_tomorrow"] == {"a": 1}


def test_an_edit_that_does_not_fit_says_so(emulator: Emulator, http: httpx.Client, silence: bytes) -> None:
    job(emulator, edit={"words.7.confidence": None})

    assert "script does not fit" in finished(http, submitted(http, silence))["error"]


def test_a_rule_can_be_for_the_job_of_one_recording(
    emulator: Emulator, http: httpx.Client, visit: bytes, silence: bytes
) -> None:
    http.post("/v2/upload", content=visit)
    sha256 = emulator.uploads()[0]["sha256"]
    emulator.script({"on": "submit", "match": {"sha256": sha256}, "times": None, "do": {"job": {"error": "No."}}})

    assert finished(http, submitted(http, silence))["status"] == "completed"
    assert finished(http, submitted(http, visit))["error"] == "No."


def test_redacted_audio_is_there_only_where_it_was_asked_for(
    emulator: Emulator, sdk: aai.Client, http: httpx.Client, visit: bytes
) -> None:
    job(emulator, forever=True)
    running = submitted(http, visit)
    without = submitted(http, visit)
    fields = {"redact_pii": True, "redact_pii_policies": ["person_name"], "redact_pii_audio": True}
    redacted = submitted(http, visit, **fields)
    for each in (without, redacted):
        finished(http, each)

    errors = [http.get(f"/v2/transcript/{each}/redacted-audio") for each in (running, without)]

    assert [answer.status_code for answer in errors] == [400, 400]
    assert json.loads(errors[0].text)["error"].startswith("Transcription is still in progress.")
    assert errors[1].json()["error"].startswith("A redacted audio file for this transcript ID doesn't exist.")
    assert api.get_redacted_audio(sdk.http_client, redacted).status == "redacted_audio_ready"
