"""Group 7: jobs that end in an error."""

import pytest

from scribe.transcription.vendor_models import VendorJobState
from tests.transcription.vendor.ward import Ward

SERVER_ERROR = "Server error, developers have been alerted"


def erring(text: str) -> dict[str, object]:
    return {"job": {"error": text}}


@pytest.mark.parametrize(
    "text",
    [
        SERVER_ERROR,
        "Download error, unable to download https://cdn.assemblyai.com/upload/x. Please make sure the file exists.",
        "Transcoding failed",
        "Something that nobody has seen before",
    ],
)
def test_an_error_that_may_pass_is_sent_anew(ward: Ward, text: str) -> None:
    ward.emulator.script({"on": "submit", "do": erring(text)})
    consultation = ward.consult()

    ward.until("vendor_anew", consultation)
    ward.drain()

    assert ward.status(consultation) == "ready"
    first, second = ward.jobs(consultation)
    assert (first.state, first.error_code, first.attempt) == (VendorJobState.FAILED, "vendor_error", 1)
    assert (second.state, second.attempt) == (VendorJobState.IMPORTED, 2)
    assert first.upload_url != second.upload_url
    assert (len(ward.usage()), ward.left_at_vendor()) == (1, [])


def test_an_error_that_does_not_pass_is_given_up_after_three_submissions_and_can_be_retried(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": "job_server_error", "times": 3})
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", "vendor_error")
    assert "Retry" in str(row.error_message)
    assert SERVER_ERROR not in str(row.error_message)
    assert len(ward.emulator.requests("submit")) == 3
    assert (ward.usage(), ward.left_at_vendor(), ward.broken()) == ([], [], {})
    ward.retry(consultation)
    ward.drain()
    assert ward.status(consultation) == "ready"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("File does not appear to contain audio. File type is text/html (HTML document, ASCII text).", "audio_refused"),
        (
            "Transcoding failed. File does not appear to contain audio. File type is inode/x-empty (empty).",
            "audio_refused",
        ),
        ("Transcoding failed. File does not appear to contain audio. File type is video/webm.", "audio_refused"),
        ("Audio duration is too long", "audio_too_long"),
        ("detected language 'bg', confidence 0.2949, is below the requested confidence threshold", "language_refused"),
    ],
)
def test_an_error_that_is_in_the_recording_fails_by_name_at_once(ward: Ward, text: str, code: str) -> None:
    ward.emulator.script({"on": "submit", "do": erring(text)})
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", code)
    assert row.error_message
    assert text not in row.error_message
    assert len(ward.emulator.requests("submit")) == 1
    assert ward.left_at_vendor() == []


@pytest.mark.parametrize(
    "text",
    [
        "Audio duration is too short.",
        "language_detection cannot be performed on files with no spoken audio.",
        "Audio speech threshold 0.9461 is below the requested speech threshold value 1.0",
    ],
)
def test_an_error_that_means_that_nobody_spoke_is_said_so(ward: Ward, text: str) -> None:
    ward.emulator.script({"on": "submit", "do": erring(text)})
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", "no_speech")
    assert "No speech was found" in str(row.error_message)
    assert ward.transcripts(consultation) == []


def test_a_file_without_sound_is_refused_by_the_vendor_and_by_name(ward: Ward) -> None:
    consultation = ward.recorded(b"\x1aE\xdf\xa3 header only", 1_000)

    ward.drain()

    assert (ward.pipeline(consultation).state, ward.pipeline(consultation).error_code) == ("failed", "audio_refused")
