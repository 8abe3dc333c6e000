"""Groups 12 and 14: what is left after a deletion, and pages of a list."""

import assemblyai as aai
import httpx
import pytest
from assemblyai.prerecorded.v2 import api

from tests.emulators.assemblyai.program import Emulator
from tests.emulators.conftest import finished, submitted

GONE = "words utterances confidence entities language_code punctuate".split()


def test_a_deletion_scrubs_and_cannot_be_undone(emulator: Emulator, http: httpx.Client, visit: bytes) -> None:
    transcript_id = submitted(http, visit, speaker_labels=True, webhook_url="https://clinic.example/hook")
    before = finished(http, transcript_id)

    first = http.delete(f"/v2/transcript/{transcript_id}")
    second = http.delete(f"/v2/transcript/{transcript_id}")
    read = http.get(f"/v2/transcript/{transcript_id}")

    assert [answer.status_code for answer in (first, second, read)] == [200, 200, 200]
    assert first.json() == second.json() == read.json()
    body = first.json()
    assert {name: body[name] for name in GONE} == dict.fromkeys(GONE)
    assert (body["status"], body["text"], body["is_deleted"]) == ("completed", "Deleted by user.", True)
    assert body["audio_url"] == body["webhook_url"] == "http://deleted_by_user"
    assert body["audio_duration"] == before["audio_duration"]
    assert emulator.uploads()[0]["is_deleted"]


def test_nothing_of_the_words_is_left_in_any_export(http: httpx.Client, visit: bytes) -> None:
    transcript_id = submitted(http, visit)
    finished(http, transcript_id)
    http.delete(f"/v2/transcript/{transcript_id}")

    exports = [http.get(f"/v2/transcript/{transcript_id}/{kind}").text for kind in ("sentences", "paragraphs", "srt")]

    assert not any("lisinopril" in text for text in exports)


def test_an_upload_is_deleted_with_its_transcript(http: httpx.Client, visit: bytes) -> None:
    transcript_id = submitted(http, visit)
    upload_url = finished(http, transcript_id)["audio_url"]
    http.delete(f"/v2/transcript/{transcript_id}")

    again = http.post("/v2/transcript", json={"audio_url": upload_url}).json()["id"]

    assert finished(http, again)["error"].startswith("Download error, unable to download ")


def test_deleting_what_is_unknown_is_a_400(sdk: aai.Client) -> None:
    with pytest.raises(aai.TranscriptError, match="Transcript lookup error") as unknown:
        api.delete_transcript(sdk.http_client, "unknown")

    assert unknown.value.status_code == 400


@pytest.mark.parametrize(("scene", "is_done"), [("server_error", False), ("done_but_500", True)])
def test_a_deletion_can_fail_once_done_or_not(
    emulator: Emulator, http: httpx.Client, visit: bytes, *, scene: str, is_done: bool
) -> None:
    transcript_id = submitted(http, visit)
    finished(http, transcript_id)
    emulator.script({"on": "delete", "do": scene})

    assert http.delete(f"/v2/transcript/{transcript_id}").status_code == 500
    assert emulator.jobs()[0]["is_deleted"] is is_done
    assert http.delete(f"/v2/transcript/{transcript_id}").status_code == 200
    assert emulator.jobs()[0]["is_deleted"]


def test_a_job_that_failed_can_be_deleted_too(http: httpx.Client) -> None:
    transcript_id = submitted(http, b"no audio")
    finished(http, transcript_id)

    body = http.delete(f"/v2/transcript/{transcript_id}").json()

    assert (body["status"], body["error"]) == ("completed", None)


def test_pages_go_from_new_to_old_and_show_what_was_deleted(http: httpx.Client, silence: bytes) -> None:
    ids = [submitted(http, silence) for _ in range(7)]
    for each in ids:
        finished(http, each)
    http.delete(f"/v2/transcript/{ids[3]}")

    pages, url = list[list[dict[str, str]]](), "/v2/transcript?limit=3"
    while url:
        page = http.get(url).json()
        pages.append(page["transcripts"])
        url = page["page_details"]["prev_url"]

    assert [[item["id"] for item in page] for page in pages] == [ids[6:3:-1], ids[3:0:-1], ids[:1]]
    listed = {item["id"]: item for page in pages for item in page}
    assert listed[ids[3]]["audio_url"] == "http://deleted_by_user"
    assert listed[ids[0]]["resource_url"].endswith(f"/v2/transcript/{ids[0]}")


def test_the_way_back_is_after_id(http: httpx.Client, silence: bytes) -> None:
    ids = [submitted(http, silence) for _ in range(5)]
    oldest = http.get("/v2/transcript", params={"limit": 2, "before_id": ids[2]}).json()

    newer = http.get(oldest["page_details"]["next_url"]).json()

    assert [item["id"] for item in oldest["transcripts"]] == [ids[1], ids[0]]
    assert oldest["page_details"]["prev_url"] is None
    assert [item["id"] for item in newer["transcripts"]] == [ids[3], ids[2]]


def test_a_list_can_be_of_a_status_or_a_day(sdk: aai.Client, http: httpx.Client, silence: bytes) -> None:
    done, failed = submitted(http, silence), submitted(http, b"no audio")
    for each in (done, failed):
        finished(http, each)

    def ids(**query: object) -> list[str]:
        found = api.list_transcripts(sdk.http_client, aai.ListTranscriptParameters(**query))
        return [item.id for item in found.transcripts]

    assert ids(status=aai.TranscriptStatus.completed) == [done]
    assert ids(status=aai.TranscriptStatus.error) == [failed]
    assert ids(created_on="2001-01-01") == []
    assert ids(limit=1) == [failed]


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_limit_out_of_bounds_is_refused(http: httpx.Client, limit: str) -> None:
    assert http.get("/v2/transcript", params={"limit": limit}).status_code == 400
