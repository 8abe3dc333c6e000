"""Groups 1 to 4 and 13: what the vendor refuses, in its words, and what only looks like an answer."""

import json
from typing import Any

import assemblyai as aai
import httpx
import pytest
from assemblyai.prerecorded.v2 import api

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import finished, sdk_for, submitted

UNAUTHORIZED = {"error": "Authentication error, API token missing/invalid"}
CALLS = [
    ("POST", "/v2/upload"),
    ("POST", "/v2/transcript"),
    ("GET", "/v2/transcript"),
    ("GET", "/v2/transcript/x"),
    ("DELETE", "/v2/transcript/x"),
    ("GET", "/v2/transcript/x/sentences"),
    ("GET", "/v2/transcript/x/redacted-audio"),
    ("GET", "/v3/token?expires_in_seconds=60"),
]
WRONG_MODELS = (
    '"speech_models" must be a non-empty list containing one or more of: '
    '"universal-3-pro", "universal-2", "universal-3-5-pro"'
)
URL = "https://cdn.assemblyai.com/upload/x"


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("header", [None, "not-a-key", "Bearer {key}"])
def test_every_call_wants_the_raw_key(emulator: Emulator, method: str, path: str, header: str | None) -> None:
    headers = {"authorization": header.format(key=emulator.key)} if header else {}

    answer = httpx.request(method, emulator.url + path, headers=headers, trust_env=False)

    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_rule_for_any_call_is_played_on_each(emulator: Emulator, http: httpx.Client, method: str, path: str) -> None:
    emulator.script({"on": "any", "do": "unauthorized", "times": None})

    assert http.request(method, path).status_code == 401
    assert http.request(method, path).json() == UNAUTHORIZED


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"speech_models": ["universal-2"]}, "Transcript creation error, audio_url not found"),
        (
            {"audio_url": URL, "speech_models": ["best"]},
            WRONG_MODELS,
        ),
        ({"audio_url": URL, "speech_models": []}, WRONG_MODELS),
        (
            {"audio_url": URL, "speech_models": ["universal-3-pro", "universal-2"]},
            'The "universal-3-pro" speech model(s) have been deprecated.',
        ),
        ({"audio_url": URL, "speech_model": "best"}, 'speech_model is deprecated. Use "speech_models" instead.'),
        ({"audio_url": URL, "keyterms_prompt": ["a b c d e f g"]}, "keyterms_prompt: each term"),
        (
            {"audio_url": URL, "speaker_options": {"min_speakers_expected": 3, "max_speakers_expected": 2}},
            "max_speakers_expected must be",
        ),
        (
            {
                "audio_url": URL,
                "speech_understanding": {"request": {"speaker_identification": {"speaker_type": "role"}}},
            },
            "speaker_identification requires speaker_labels",
        ),
    ],
)
def test_a_wrong_submit_is_refused_in_the_vendors_words(
    emulator: Emulator, http: httpx.Client, fields: dict[str, Any], error: str
) -> None:
    answer = http.post("/v2/transcript", json=fields)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(error)
    assert emulator.jobs() == []


def test_a_body_that_is_no_json_is_refused(http: httpx.Client) -> None:
    assert http.post("/v2/transcript", content=b"{").status_code == 400
    assert http.post("/v2/transcript", json=["audio_url"]).status_code == 400


def test_without_speech_models_the_default_list_is_used(http: httpx.Client, visit: bytes) -> None:
    assert finished(http, submitted(http, visit))["speech_models"] == ["universal-3-5-pro", "universal-2"]


@pytest.mark.parametrize("path", ["", "/sentences", "/paragraphs", "/srt", "/vtt", "/word-search?words=a"])
def test_an_unknown_transcript_is_a_400(http: httpx.Client, path: str) -> None:
    answer = http.get(f"/v2/transcript/unknown{path}")

    assert (answer.status_code, answer.json()) == (400, {"error": "Transcript lookup error, transcript id not found"})


@pytest.mark.parametrize("kind", ["upload", "submit", "get", "delete", "list"])
@pytest.mark.parametrize(
    ("scene", "status", "body", "retry_after"),
    [
        ("rate_limited", 429, '{"error": "Too Many Requests"}', "1"),
        ("rate_limited_bare", 429, '{"error": "Too Many Requests"}', None),
        ("server_error", 500, '{"error": "Server error, developers have been alerted."}', None),
        ("unavailable", 503, '{"error": "Internal Server Error"}', None),
        ("unavailable_html", 503, "<html>", None),
        ("gateway_timeout", 504, "", None),
        ("html_200", 200, "<html>", None),
        ("empty_200", 200, "{}", None),
    ],
)
def test_every_call_can_be_answered_wrongly_once(
    emulator: Emulator,
    http: httpx.Client,
    visit: bytes,
    kind: str,
    scene: str,
    status: int,
    body: str,
    retry_after: str | None,
) -> None:
    transcript_id = submitted(http, visit)
    upload_url = emulator.uploads()[0]["upload_url"]
    emulator.script({"on": kind, "do": scene})
    calls: dict[str, Any] = {
        "upload": lambda: http.post("/v2/upload", content=visit),
        "submit": lambda: http.post("/v2/transcript", json={"audio_url": upload_url}),
        "get": lambda: http.get(f"/v2/transcript/{transcript_id}"),
        "delete": lambda: http.delete(f"/v2/transcript/{transcript_id}"),
        "list": lambda: http.get("/v2/transcript"),
    }

    wrong, right = calls[kind](), calls[kind]()

    assert (wrong.status_code, wrong.headers.get("retry-after")) == (status, retry_after)
    assert wrong.text.startswith(body) if body else wrong.text == ""
    assert right.status_code == 200
    assert right.json() not in ({}, None)
    # What was answered wrongly was not done.
    assert len(emulator.uploads()) == 1 + (kind == "upload")
    assert len(emulator.jobs()) == 1 + (kind == "submit")


def test_the_sdk_raises_what_it_raises_for_each(emulator: Emulator, sdk: aai.Client, visit: bytes) -> None:
    emulator.script(
        {"on": "upload", "do": "rate_limited", "nth": 1},
        {"on": "upload", "do": "unavailable_html", "nth": 2},
        {"on": "upload", "do": "html_200", "nth": 3},
        {"on": "get", "do": "empty_200"},
    )
    transcriber = aai.Transcriber(client=sdk)

    with pytest.raises(aai.TranscriptError) as limited:
        transcriber.upload_file(visit)
    assert sdk.last_response is not None
    assert (limited.value.status_code, sdk.last_response.headers["retry-after"]) == (429, "1")
    with pytest.raises(aai.TranscriptError, match="Service Temporarily Unavailable"):
        transcriber.upload_file(visit)
    with pytest.raises(json.JSONDecodeError):
        transcriber.upload_file(visit)
    with pytest.raises(ValueError, match="status"):
        transcriber.transcribe(visit)


def test_a_rule_can_be_for_the_nth_call_for_some_calls_or_for_ever(emulator: Emulator, http: httpx.Client) -> None:
    emulator.script(
        {"on": "list", "match": {"path": "~status=queued"}, "nth": [2, 4], "do": "server_error"},
        {"on": "list", "match": {"path": "~status=error"}, "times": 2, "do": "unavailable"},
        {"on": "list", "match": {"path": "~status=completed"}, "times": None, "do": "gateway_timeout"},
    )

    def answers(status: str) -> list[int]:
        return [http.get("/v2/transcript", params={"status": status}).status_code for _ in range(4)]

    assert answers("queued") == [200, 500, 200, 500]
    assert answers("error") == [503, 503, 200, 200]
    assert answers("completed") == [504, 504, 504, 504]
    assert [(rule["seen"], rule["played"]) for rule in emulator.rules()] == [(4, 2), (4, 2), (4, 4)]


def test_a_rule_with_a_slip_of_the_pen_is_refused(emulator: Emulator) -> None:
    for rule, words in [
        ({"on": "uplod", "do": "reset"}, "uplod"),
        ({"on": "upload", "do": "restet"}, "no scene 'restet'"),
        ({"on": "upload", "do": {"aswer": {}}}, "aswer"),
        ({"on": "upload", "do": "reset", "nht": 2}, "nht"),
        ({"on": "submit", "do": {"job": {"processing_pols": 2}}}, "processing_pols"),
        ({"on": "webhook", "do": {"deliveries": [{"auht": "wrong"}]}}, "auht"),
        ({"on": "chat", "do": {"behave": "nicely"}}, "nicely"),
    ]:
        with pytest.raises(ValueError, match=words):
            emulator.script(rule)
    assert emulator.rules() == []


def test_another_projects_uploads_and_transcripts_are_out_of_reach(
    emulator: Emulator, sdk: aai.Client, visit: bytes
) -> None:
    emulator.put_key("stranger")
    emulator.put_key("sister", account=emulator.key)
    upload_url = aai.Transcriber(client=sdk).upload_file(visit)
    mine = aai.Transcriber(client=sdk).transcribe(upload_url)
    assert mine.id is not None

    for key, status in (("stranger", 404), ("sister", 400)):
        other = sdk_for(emulator, key)
        with pytest.raises(aai.TranscriptError, match="Cannot access uploaded file") as submit:
            aai.Transcriber(client=other).submit(upload_url)
        with pytest.raises(aai.TranscriptError) as read:
            api.get_transcript(other.http_client, mine.id)
        with pytest.raises(aai.TranscriptError) as deletion:
            api.delete_transcript(other.http_client, mine.id)
        assert submit.value.status_code == 403
        assert (read.value.status_code, deletion.value.status_code) == (status, status)
        assert api.list_transcripts(other.http_client, None).transcripts == []


def test_a_negative_balance_is_a_400_and_reading_goes_on(emulator: Emulator, http: httpx.Client, visit: bytes) -> None:
    transcript_id = submitted(http, visit)
    upload_url = emulator.uploads()[0]["upload_url"]
    emulator.put_key(emulator.key, balance=-1)

    answers = [http.post("/v2/upload", content=visit), http.post("/v2/transcript", json={"audio_url": upload_url})]

    for answer in answers:
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("Your current account balance is negative.")
    assert http.get(f"/v2/transcript/{transcript_id}").status_code == 200


def test_a_revoked_key_is_good_no_more(emulator: Emulator, http: httpx.Client) -> None:
    assert http.get("/v2/transcript").status_code == 200

    emulator.put_key(emulator.key, revoked=True)

    assert http.get("/v2/transcript").status_code == 401
