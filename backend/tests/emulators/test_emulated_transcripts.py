"""The unmodified Python SDK's happy chain."""

import asyncio
import hashlib
from pathlib import Path

import assemblyai as aai
import httpx
import pytest
from assemblyai.prerecorded.v2 import api

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import TEXT, finished, submitted
from tests.emulators.receiving import Receiver


def config(**more: object) -> aai.TranscriptionConfig:
    return aai.TranscriptionConfig(
        speech_models=["universal-3-5-pro", "universal-2"],
        domain="medical-v1",
        language_code="en_us",
        speaker_labels=True,
        keyterms_prompt=["lisinopril"],
        speech_understanding=aai.SpeechUnderstandingRequest(
            request=aai.SpeechUnderstandingFeatureRequests(
                speaker_identification=aai.SpeakerIdentificationRequest(
                    speaker_type=aai.SpeakerType.role, known_values=["doctor", "patient"]
                )
            )
        ),
        **more,
    )


def test_the_sdk_gets_the_words_that_were_in_the_audio_with_times_and_roles(
    sdk: aai.Client, emulator: Emulator, visit: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "visit.webm"
    path.write_bytes(visit)

    transcript = aai.Transcriber(client=sdk).transcribe(str(path), config=config())

    assert transcript.text == TEXT
    assert [(turn.speaker, turn.text) for turn in transcript.utterances or ()][:2] == [
        ("doctor", "Good morning. I'm Dr. Ellis. What brings you in today?"),
        ("patient", "I've had a sore throat for three days, doctor."),
    ]
    words = transcript.words or []
    assert all(word.start < word.end for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert transcript.audio_duration == -(-words[-1].end // 1000) + 1
    assert transcript.speech_model_used == "universal-3-5-pro"
    (upload,) = emulator.uploads()
    assert (upload["sha256"], upload["size"]) == (hashlib.sha256(visit).hexdigest(), len(visit))


def test_every_export_of_the_sdk_can_be_read(sdk: aai.Client, visit: bytes) -> None:
    transcript = aai.Transcriber(client=sdk).transcribe(visit, config=config())

    sentences, paragraphs = transcript.get_sentences(), transcript.get_paragraphs()
    srt, vtt = transcript.export_subtitles_srt(chars_per_caption=32), transcript.export_subtitles_vtt()
    matches = transcript.word_search(["lisinopril 20 mg", "sore"])

    assert [sentence.text for sentence in sentences][:2] == ["Good morning.", "I'm Dr."]
    assert " ".join(paragraph.text for paragraph in paragraphs) == TEXT
    assert srt.startswith("1\n00:00:00,300 --> ")
    assert vtt.startswith("WEBVTT\n")
    assert {match.text: match.count for match in matches} == {"lisinopril 20 mg": 1, "sore": 1}


def test_the_sdk_lists_and_deletes_and_what_is_deleted_looks_completed(sdk: aai.Client, visit: bytes) -> None:
    transcript = aai.Transcriber(client=sdk).transcribe(visit)
    assert transcript.id is not None

    deleted = api.delete_transcript(sdk.http_client, transcript.id)
    read = api.get_transcript(sdk.http_client, transcript.id)
    (listed,) = api.list_transcripts(sdk.http_client, None).transcripts

    for marker in (deleted, read):
        assert (marker.status, marker.text) == (aai.TranscriptStatus.completed, "Deleted by user.")
        assert marker.audio_url == "http://deleted_by_user"
        assert (marker.words, marker.utterances, marker.audio_duration) == (None, None, transcript.audio_duration)
    assert (listed.id, listed.audio_url) == (transcript.id, "http://deleted_by_user")


def test_the_async_sdk_does_the_same(emulator: Emulator, visit: bytes) -> None:
    async def chain() -> aai.AsyncTranscript:
        settings = aai.Settings(api_key=emulator.key, base_url=emulator.url, polling_interval=0.05)
        async with aai.AsyncClient(settings=settings) as client:
            return await aai.AsyncTranscriber(client=client).transcribe(visit, config=config())

    transcript = asyncio.run(chain())

    assert transcript.text == TEXT


def test_a_webhook_tells_once_with_the_header_that_was_asked_for(
    sdk: aai.Client, emulator: Emulator, receiver: Receiver, visit: bytes
) -> None:
    asked = config(webhook_url=receiver.url)
    asked.set_webhook(receiver.url, "X-Hook", "s3cret")

    transcript = aai.Transcriber(client=sdk).submit(visit, config=asked)

    came = receiver.next()
    assert came.body == {"transcript_id": transcript.id, "status": "completed"}
    assert (came.path, came.headers["x-hook"]) == ("/hook?job=42", "s3cret")
    assert came.headers["user-agent"].startswith("python-requests/")
    assert transcript.id is not None
    assert [attempt["status"] for attempt in emulator.settled(transcript.id)["webhooks"]] == [200]
    finished_one = api.get_transcript(sdk.http_client, transcript.id)
    assert (finished_one.webhook_status_code, finished_one.webhook_auth) == (200, True)


def test_a_body_in_chunks_is_the_same_as_a_sized_one(emulator: Emulator, http: httpx.Client, visit: bytes) -> None:
    pieces = (visit[at : at + 1000] for at in range(0, len(visit), 1000))

    http.post("/v2/upload", content=pieces).raise_for_status()

    assert emulator.uploads()[0]["sha256"] == hashlib.sha256(visit).hexdigest()


def test_a_reference_by_the_hash_of_the_bytes_is_what_was_said(emulator: Emulator, http: httpx.Client) -> None:
    audio = b"whatever was sent"
    words = [{"text": "Hello.", "start": 250, "end": 650, "confidence": 0.97, "speaker": "B"}]
    emulator.refer(sha256=hashlib.sha256(audio).hexdigest(), words=words, duration_ms=1280, roles={"B": "patient"})

    body = finished(http, submitted(http, audio, speaker_labels=True))

    assert (body["text"], body["audio_duration"]) == ("Hello.", 2)
    assert body["words"] == words


def test_a_reference_by_duration_is_for_sound_of_that_length_only(
    emulator: Emulator, http: httpx.Client, visit: bytes, short_noise: bytes
) -> None:
    emulator.refer(duration_ms_between=[900, 1100], words=[{"text": "Noise.", "start": 0, "end": 900}])

    assert finished(http, submitted(http, short_noise))["text"] == "Noise."
    assert finished(http, submitted(http, visit))["text"] == TEXT


def test_without_speaker_labels_words_are_nobodys(http: httpx.Client, visit: bytes) -> None:
    body = finished(http, submitted(http, visit))

    assert body["utterances"] is None
    assert {word["speaker"] for word in body["words"]} == {None}


@pytest.mark.parametrize("kind", ["ogg", "mp3", "m4a", "flac"])
def test_other_kinds_of_audio_are_heard(http: httpx.Client, visit_as: dict[str, bytes], kind: str) -> None:
    assert finished(http, submitted(http, visit_as[kind]))["text"] == TEXT
