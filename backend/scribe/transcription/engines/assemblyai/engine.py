"""AssemblyAI's pre-recorded API in one region with one key. Each method is one call (a list: one for each page)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import assemblyai.api as uploads
import structlog
from assemblyai import types
from assemblyai.prerecorded.v2 import api as sdk

from scribe.core.settings import VendorAccount
from scribe.transcription.engines.assemblyai import answers, faults
from scribe.transcription.engines.assemblyai.clients import Clients, Wire, connect
from scribe.transcription.engines.assemblyai.requests import transcript_request
from scribe.transcription.engines.base import EngineAudio
from scribe.transcription.engines.remote import (
    BAD_ANSWER,
    ENDED,
    FailureKind,
    Listed,
    RemoteFailed,
    RemoteLook,
    RemoteRequest,
    RemoteStatus,
)

# What a deleted transcript says of itself; its status is "completed" all the same.
DELETED_URL, DELETED_TEXT = "http://deleted_by_user", "Deleted by user."
_PAGE = 200
# Its ids are UUIDs; what is none would be an address of its own making.
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The list's times have no zone, and its clock is not ours.
_CLOCKS_DIFFER = timedelta(days=1)
_USEFUL_FIRST = (RemoteStatus.COMPLETED, RemoteStatus.PROCESSING, RemoteStatus.QUEUED, RemoteStatus.ERROR)

_log = structlog.get_logger(__name__)


class AssemblyAI:
    """One account. Thread-safe: its clients are, and each thread sees its own answers."""

    name = answers.NAME

    def __init__(self, account: VendorAccount, clients: Clients | None = None) -> None:
        self.region: str = account.region
        self._clients = clients or connect(account)

    def upload(self, audio: EngineAudio, progress: Callable[[float], None]) -> str:
        """Send the audio as it is unsealed, with its length; its address comes back."""
        with audio.opened(progress) as file, _explained(self._clients.upload):
            url = uploads.upload_file(self._clients.upload.http, file)
            if not isinstance(url, str) or not url.startswith(("https://", "http://")):
                raise ValueError("no address")
            return url

    def submit(self, upload_url: str, request: RemoteRequest) -> str:
        """Ask for a transcript; its id comes back, or `UNCERTAIN` where it may have been made all the same."""
        body = transcript_request(upload_url, request)
        plain = self._asked(lambda http: sdk.create_transcript(http, body), may_have_acted=True)
        found = plain.get("id")
        if not isinstance(found, str) or not _ID.fullmatch(found):
            raise RemoteFailed(FailureKind.UNCERTAIN, BAD_ANSWER)
        return found

    def look(self, transcript_id: str, *, language: str) -> RemoteLook:
        """How it fares; what it heard, once it is completed and not deleted."""
        try:
            plain = self._asked(lambda http: sdk.get_transcript(http, _checked(transcript_id)))
        except _Unknown:
            return RemoteLook(transcript_id, RemoteStatus.UNKNOWN, "")
        with _explained(self._clients.control):
            status, audio_url = _status(plain), str(plain.get("audio_url") or "")
            if status == RemoteStatus.ERROR:
                return RemoteLook(transcript_id, status, audio_url, problem=faults.problem(plain.get("error")))
            if status == RemoteStatus.COMPLETED:
                return RemoteLook(transcript_id, status, audio_url, answer=answers.answer(plain, language=language))
            return RemoteLook(transcript_id, status, audio_url)

    def glance(self, transcript_id: str) -> RemoteStatus:
        """How it fares, by its markers alone."""
        try:
            plain = self._asked(lambda http: sdk.get_transcript(http, _checked(transcript_id)))
        except _Unknown:
            return RemoteStatus.UNKNOWN
        with _explained(self._clients.control):
            return _status(plain)

    def find(self, upload_url: str, *, since: datetime) -> list[Listed]:
        """What was made of an upload after the moment."""
        found = list[Listed]()
        for page in self.pages():
            found += [each for each in page if each.audio_url == upload_url]
            oldest = page[-1].listed_at if page else None
            if oldest is not None and oldest < since - _CLOCKS_DIFFER:
                break
        return sorted(found, key=lambda each: _USEFUL_FIRST.index(each.status))

    def delete(self, transcript_id: str) -> None:
        """Have it deleted, with its upload. What the vendor does not know needs no deleting."""
        try:
            self._asked(lambda http: sdk.delete_transcript(http, _checked(transcript_id)))
        except _Unknown:
            return

    def pages(self) -> Iterator[list[Listed]]:
        """The list of 90 days, newest first: each page names the one that is older."""
        before: str | None = None
        while True:
            plain = self._list(types.ListTranscriptParameters(limit=_PAGE, before_id=before))
            with _explained(self._clients.control):
                items = [_listed(item) for item in plain["transcripts"]]
                details = types.PageDetails.model_validate(plain["page_details"])
                older = details.before_id_of_prev_url
            yield items
            if not older or older == before or not items:
                return
            before = older

    def probe(self) -> None:
        """The shortest list there is."""
        self._list(types.ListTranscriptParameters(limit=1))

    def close(self) -> None:
        """Give the connections back."""
        self._clients.close()

    def _list(self, asked: types.ListTranscriptParameters) -> dict[str, Any]:
        return self._asked(lambda http: sdk.list_transcripts(http, asked))

    def _asked(self, call: Callable[[Any], Any], *, may_have_acted: bool = False) -> dict[str, Any]:
        """The JSON of an answer that the SDK took; or that only the SDK's closed enums did not take."""
        wire = self._clients.control
        with _explained(wire, may_have_acted=may_have_acted):
            try:
                call(wire.http)
            except faults.RAISED as error:
                if faults.is_unknown(error):
                    raise _Unknown from None
                answer = wire.last
                if not isinstance(error, ValueError) or answer is None or answer.status_code != 200:
                    raise
                _log.warning("assemblyai_answer_drifted", error=type(error).__name__)
            return _object(wire)


class _Unknown(Exception):
    """The vendor has no such transcript of this key."""


@contextmanager
def _explained(wire: Wire, *, may_have_acted: bool = False) -> Iterator[None]:
    """Whatever the call raises, by what it means. The cause is left out on purpose: its text quotes what was sent."""
    wire.forget()
    try:
        yield
    except faults.RAISED as error:
        raise faults.explained(error, wire.last, may_have_acted=may_have_acted) from None


def _object(wire: Wire) -> dict[str, Any]:
    answer = wire.last
    plain = answer.json() if answer is not None else None
    if not isinstance(plain, dict):
        raise TypeError("no object")
    return plain


def _checked(transcript_id: str) -> str:
    if not _ID.fullmatch(transcript_id):
        raise ValueError("no id")
    return transcript_id


def _status(plain: dict[str, Any]) -> RemoteStatus:
    """How a transcript says that it fares; one that was deleted says it by its markers only."""
    is_marked = plain.get("is_deleted") or plain.get("audio_url") == DELETED_URL or plain.get("text") == DELETED_TEXT
    status = str(plain["status"])
    if is_marked:
        return RemoteStatus.DELETED
    if status not in {RemoteStatus.QUEUED, *ENDED}:
        # "processing", and whatever else is not an end.
        return RemoteStatus.PROCESSING
    return RemoteStatus(status)


def _listed(item: dict[str, Any]) -> Listed:
    return Listed(str(item["id"]), _status(item), str(item.get("audio_url") or ""), _moment(item.get("created")))


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
