"""POST /v2/transcript: what is refused at once, in the vendor's words."""

from typing import Any

from tests.emulators.assemblyai import answers
from tests.emulators.assemblyai.answers import Refused
from tests.emulators.assemblyai.keys import Project
from tests.emulators.assemblyai.world import World

MODELS = ("universal-3-5-pro", "universal-2")
_RETIRED = "universal-3-pro"
_MOST_TERMS, _MOST_WORDS, _LONGEST_VALUE = 1000, 6, 35


def check(world: World, project: Project, body: Any) -> dict[str, Any]:
    """The request's fields with the defaults written in; raises `Refused`."""
    if project.is_broke:
        raise Refused(400, answers.NO_BALANCE)
    if not isinstance(body, dict):
        raise Refused(400, "Invalid request body: expected a JSON object")
    if body.get("speech_model") is not None:
        raise Refused(400, answers.SINGULAR_MODEL)
    if not isinstance(body.get("audio_url"), str) or not body["audio_url"]:
        raise Refused(400, answers.NO_AUDIO_URL)
    _check_models(body.get("speech_models"))
    _check_terms(body.get("keyterms_prompt") or [])
    _check_speakers(body)
    upload = world.upload_of(body["audio_url"])
    if upload is not None and upload.key != project.key:
        raise Refused(403, answers.FOREIGN_UPLOAD)
    return {**body, "speech_models": body.get("speech_models") or list(MODELS)}


def _check_models(models: Any) -> None:
    if models is None:
        return
    if not isinstance(models, list) or not models:
        raise Refused(400, answers.WRONG_MODELS)
    if _RETIRED in models:
        raise Refused(400, answers.RETIRED_MODEL)
    if any(model not in MODELS for model in models):
        raise Refused(400, answers.WRONG_MODELS)


def _check_terms(terms: Any) -> None:
    if not isinstance(terms, list) or len(terms) > _MOST_TERMS:
        raise Refused(400, f"keyterms_prompt must be a list of at most {_MOST_TERMS} terms")
    long = [term for term in terms if not isinstance(term, str) or len(term.split()) > _MOST_WORDS]
    if long:
        raise Refused(400, f"keyterms_prompt: each term must be a phrase of at most {_MOST_WORDS} words")


def _check_speakers(body: dict[str, Any]) -> None:
    options = body.get("speaker_options") or {}
    least, most = options.get("min_speakers_expected"), options.get("max_speakers_expected")
    if least is not None and most is not None and most < least:
        raise Refused(400, "max_speakers_expected must be greater than or equal to min_speakers_expected")
    wanted = identification(body)
    if wanted is None:
        return
    if not body.get("speaker_labels"):
        raise Refused(400, "speaker_identification requires speaker_labels to be enabled")
    check_identification(wanted)


def check_identification(wanted: dict[str, Any]) -> None:
    """Roles or names, by `known_values` or by `speakers`, not both."""
    if wanted.get("speaker_type") not in ("role", "name"):
        raise Refused(400, 'speaker_identification: speaker_type must be "role" or "name"')
    if wanted.get("known_values") and wanted.get("speakers"):
        raise Refused(400, "speaker_identification: give known_values or speakers, not both")
    if any(len(str(value)) > _LONGEST_VALUE for value in wanted.get("known_values") or []):
        raise Refused(400, f"speaker_identification: each known value must have at most {_LONGEST_VALUE} characters")


def identification(body: dict[str, Any]) -> dict[str, Any] | None:
    """What is asked about who speaks."""
    request = (body.get("speech_understanding") or {}).get("request") or {}
    found = request.get("speaker_identification")
    return found if isinstance(found, dict) else None
