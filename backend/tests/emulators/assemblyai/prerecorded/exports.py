"""What a finished transcript can be had as: sentences, paragraphs, subtitles, found words, redacted audio."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from aiohttp import web

from tests.emulators.assemblyai import answers
from tests.emulators.assemblyai.answers import Refused
from tests.emulators.assemblyai.prerecorded.jobs import Job
from tests.emulators.assemblyai.prerecorded.transcripts import find
from tests.emulators.assemblyai.prerecorded.webhooks import REDACTED_URL

_NOT_READY = (
    "This transcript has a status of '{}'. Transcripts must have a status of 'completed' before requesting this."
)
_NO_REDACTED = (
    "A redacted audio file for this transcript ID doesn't exist. Try submitting the transcript again with "
    "`redact_pii_audio` set to `true`."
)
_REDACTING = "Transcription is still in progress. Redacted audio will be available after it has completed."
_SENTENCES_OF_A_PARAGRAPH, _CAPTION_MS, _USUAL_CHARS, _MOST_PHRASE = 4, 5_000, 128, 5
Words = list[dict[str, Any]]


async def sentences(request: web.Request) -> web.Response:
    """Each ends in a full stop, a question or exclamation mark, or where the speaker changes."""
    job = _completed(request)
    found = [_piece(words) for words in _sentences(_words(job))]
    return answers.ok(_head(job) | {"sentences": found})


async def paragraphs(request: web.Request) -> web.Response:
    """A few sentences each, nobody's."""
    job = _completed(request)
    parts, found = list(_sentences(_words(job))), []
    for first in range(0, len(parts), _SENTENCES_OF_A_PARAGRAPH):
        piece = _piece(list(chain(*parts[first : first + _SENTENCES_OF_A_PARAGRAPH])))
        del piece["speaker"]
        found.append(piece)
    return answers.ok(_head(job) | {"paragraphs": found})


async def subtitles(request: web.Request) -> web.Response:
    """SRT or VTT; `chars_per_caption` limits a caption's length."""
    kind = request.match_info["kind"]
    asked = request.query.get("chars_per_caption") or str(_USUAL_CHARS)
    if not asked.isdecimal():
        raise Refused(400, "chars_per_caption must be a number")
    captions = _captions(_words(_completed(request)), int(asked))
    mark, lines = "," if kind == "srt" else ".", ["WEBVTT\n"] if kind == "vtt" else []
    for number, words in enumerate(captions, 1):
        times = f"{_clock(words[0]['start'], mark)} --> {_clock(words[-1]['end'], mark)}"
        text = " ".join(word["text"] for word in words)
        lines.append(f"{number}\n{times}\n{text}\n" if kind == "srt" else f"{times}\n{text}\n")
    return web.Response(text="\n".join(lines))


async def word_search(request: web.Request) -> web.Response:
    """Where words or phrases (of at most five words) are said."""
    job = _completed(request)
    wanted = [term.strip() for term in request.query.get("words", "").split(",") if term.strip()]
    if not wanted or any(len(term.split()) > _MOST_PHRASE for term in wanted):
        raise Refused(400, "words must be a comma-separated list of terms with at most five words each")
    words = _words(job)
    spoken = [_bare(word["text"]) for word in words]
    matches = []
    for term in wanted:
        parts = [_bare(part) for part in term.split()]
        at = [n for n in range(len(spoken)) if spoken[n : n + len(parts)] == parts]
        if at:
            stamps = [[words[n]["start"], words[n + len(parts) - 1]["end"]] for n in at]
            matches.append({"text": term, "count": len(at), "timestamps": stamps, "indexes": at})
    return answers.ok({"id": job.id, "total_count": sum(match["count"] for match in matches), "matches": matches})


async def redacted_audio(request: web.Request) -> web.Response:
    """The address of a copy without what was said that is private, where one was asked for."""
    job = find(request)
    if not job.has_ended:
        raise Refused(400, _REDACTING)
    if job.is_deleted or not job.request.get("redact_pii_audio"):
        raise Refused(400, _NO_REDACTED)
    return answers.ok({"status": "redacted_audio_ready", "redacted_audio_url": REDACTED_URL.format(job.id)})


def _completed(request: web.Request) -> Job:
    job = find(request)
    if job.status != "completed":
        raise Refused(400, _NOT_READY.format(job.status))
    return job


def _words(job: Job) -> Words:
    return [] if job.is_deleted else job.result.get("words") or []


def _head(job: Job) -> dict[str, Any]:
    kept = {name: job.result.get(name) for name in ("confidence", "audio_duration")}
    return {"id": job.id, "confidence": kept["confidence"] or 0.0, "audio_duration": kept["audio_duration"] or 0}


def _sentences(words: Words) -> Iterator[Words]:
    sentence: Words = []
    for word in words:
        if sentence and word["speaker"] != sentence[-1]["speaker"]:
            yield sentence
            sentence = []
        sentence.append(word)
        if word["text"].endswith((".", "?", "!")):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _piece(words: Words) -> dict[str, Any]:
    sure = [word["confidence"] for word in words if word["confidence"] is not None]
    return {
        "text": " ".join(word["text"] for word in words),
        "start": words[0]["start"],
        "end": words[-1]["end"],
        "confidence": round(sum(sure) / len(sure), 4) if sure else 0.0,
        "speaker": words[0]["speaker"],
        "words": words,
    }


def _captions(words: Words, room: int) -> Iterator[Words]:
    caption: Words = []
    for word in words:
        length = sum(len(held["text"]) + 1 for held in caption) + len(word["text"])
        if caption and (length > room or word["end"] - caption[0]["start"] > _CAPTION_MS):
            yield caption
            caption = []
        caption.append(word)
    if caption:
        yield caption


def _clock(milliseconds: int, mark: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{mark}{rest:03}"


def _bare(text: str) -> str:
    return re.sub(r"^\W+|\W+$", "", text.lower())
