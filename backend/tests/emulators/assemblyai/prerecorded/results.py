"""The transcript object: what was asked, what was heard, and what a script made of it."""

import copy
import math
from typing import Any

from tests.emulators.assemblyai.hearing.heard import Heard, Word
from tests.emulators.assemblyai.prerecorded import naming
from tests.emulators.assemblyai.prerecorded.jobs import Job
from tests.emulators.assemblyai.prerecorded.requests import identification

MEDICAL_LANGUAGES = ("en", "es", "de", "fr")
_SKIPPED = "Skipped medical-v1 domain correction because the language is not supported"
_ECHOED = (
    "speech_models domain keyterms_prompt keyterms_prompt_options prompt temperature remove_audio_tags custom_spelling "
    "speaker_options speakers_expected audio_start_from audio_end_at speech_threshold webhook_url "
    "webhook_auth_header_name redact_pii_policies redact_pii_sub redact_pii_audio redact_pii_audio_quality "
    "language_confidence_threshold language_detection_options content_safety_confidence summary_model summary_type"
).split()
_FLAGS = (
    "multichannel speaker_labels redact_pii auto_highlights content_safety iab_categories sentiment_analysis "
    "summarization entity_detection disfluencies filter_profanity auto_chapters language_detection"
).split()
DELETED_URL, DELETED_TEXT = "http://deleted_by_user", "Deleted by user."


def shown(job: Job) -> dict[str, Any]:
    """What GET answers now."""
    lags = job.has_ended and job.lagged < job.life.lag_polls
    body = _asked(job) | {"status": "processing" if lags else job.status, "throttled": job.throttled}
    if job.has_ended and not lags:
        body |= {"error": job.error, **job.result}
        body["webhook_status_code"] = job.webhook_status_code
    return scrubbed(body) if job.is_deleted else body


def scrubbed(body: dict[str, Any]) -> dict[str, Any]:
    """What is left after a deletion: a marker that looks like a completed transcript."""
    gone = dict.fromkeys(
        "words utterances confidence entities language_code punctuate format_text keyterms_prompt prompt "
        "speech_understanding webhook_auth_header_name custom_spelling".split()
    )
    marks = {"text": DELETED_TEXT, "audio_url": DELETED_URL, "error": None, "is_deleted": True, "status": "completed"}
    if body.get("webhook_url"):
        marks["webhook_url"] = DELETED_URL
    return body | gone | marks


def _asked(job: Job) -> dict[str, Any]:
    asked = job.request
    body: dict[str, Any] = {
        "id": job.id,
        "language_model": "assemblyai_default",
        "acoustic_model": "assemblyai_default",
        "language_code": asked.get("language_code") or "en_us",
        "language_confidence": None,
        "audio_url": asked["audio_url"],
        "error": None,
        "punctuate": asked.get("punctuate", True),
        "format_text": asked.get("format_text", True),
        "webhook_auth": bool(asked.get("webhook_auth_header_name") and asked.get("webhook_auth_header_value")),
        "webhook_status_code": None,
        "speech_model": None,
        "content_safety_labels": {},
        "iab_categories_result": {},
        "topics": [],
        "is_deleted": None,
        "speech_understanding": copy.deepcopy(asked.get("speech_understanding")),
    }
    body |= dict.fromkeys(
        "text words utterances confidence audio_duration speech_model_used entities metadata auto_highlights_result "
        "sentiment_analysis_results summary chapters custom_topics speed_boost".split()
    )
    return body | {name: asked.get(name) for name in _ECHOED} | {name: bool(asked.get(name)) for name in _FLAGS}


def completed(job: Job, heard: Heard) -> dict[str, Any]:
    """The fields that a finished job adds."""
    asked, life = job.request, job.life
    if life.hears_s is not None:
        heard = heard.first(round(life.hears_s * 1000))
    if life.silent:
        heard = Heard(heard.duration_ms)
    if life.one_voice:
        heard = heard.of_one_voice()
    labelled = bool(asked.get("speaker_labels"))
    wanted = identification(asked) if labelled else None
    named = naming.mapping(heard, wanted, job.language) if wanted else {}
    if life.roles == "partial":
        named = dict(list(named.items())[:1])
    if life.roles == "absent":
        named = {}
    body: dict[str, Any] = {
        "text": " ".join(word.text for word in heard.words),
        "confidence": _mean(list(heard.words)),
        "audio_duration": math.ceil(heard.duration_ms / 1000),
        "words": [word_json(word, labelled=labelled, named=named) for word in heard.words],
        "utterances": utterances(heard, named) if labelled else None,
        "entities": list(heard.entities) if asked.get("entity_detection") else None,
        "speech_model_used": asked["speech_models"][0],
        "metadata": _metadata(job),
        "language_confidence": 0.99 if asked.get("language_detection") else None,
    }
    if wanted:
        response = {"status": "success" if named or not heard.words else "unavailable", "mapping": named}
        body["speech_understanding"] = copy.deepcopy(asked["speech_understanding"])
        body["speech_understanding"]["response"] = {"speaker_identification": response}
    for path, value in life.edit.items():
        _write(body, path, value)
    return body


def utterances(heard: Heard, named: dict[str, str]) -> list[dict[str, Any]]:
    """A turn of one voice each, with its words."""
    return [
        {
            "speaker": named.get(turn[0].speaker, turn[0].speaker),
            "start": turn[0].start,
            "end": max(word.end for word in turn),
            "confidence": _mean(turn),
            "text": " ".join(word.text for word in turn),
            "words": [word_json(word, labelled=True, named=named) for word in turn],
        }
        for turn in heard.turns()
    ]


def word_json(word: Word, *, labelled: bool, named: dict[str, str]) -> dict[str, Any]:
    """A word; without speaker labels nobody's."""
    speaker = named.get(word.speaker, word.speaker) if labelled else None
    return {
        "text": word.text,
        "start": word.start,
        "end": word.end,
        "confidence": word.confidence,
        "speaker": speaker,
    }


def _mean(words: list[Word]) -> float:
    return round(sum(word.confidence for word in words) / len(words), 4) if words else 0.0


def _metadata(job: Job) -> dict[str, Any]:
    domain = job.request.get("domain")
    if domain is None:
        return {"domain_used": None, "warning": None, "warnings": None}
    if job.life.domain_skipped or job.language not in MEDICAL_LANGUAGES:
        return {"domain_used": None, "warning": _SKIPPED, "warnings": [{"message": _SKIPPED}]}
    return {"domain_used": domain, "warning": None, "warnings": None}


def _write(body: Any, path: str, value: Any) -> None:
    """Put a value at a path of names and numbers; a path into nothing is a slip of the script, and raises."""
    *way, last = path.split(".")
    for step in way:
        body = body[int(step)] if isinstance(body, list) else body[step]
    if isinstance(body, list):
        body[int(last)] = value
    else:
        body[last] = value
