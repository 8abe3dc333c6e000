"""Answers as AssemblyAI words them."""

from typing import Any

from aiohttp import web

UNAUTHORIZED = "Authentication error, API token missing/invalid"
NO_SUCH_TRANSCRIPT = "Transcript lookup error, transcript id not found"
FOREIGN_UPLOAD = "Cannot access uploaded file"
NO_BALANCE = "Your current account balance is negative. Please top up to continue using the API."
TOO_MANY = "Too Many Requests"
SERVER_ERROR = "Server error, developers have been alerted."
NO_AUDIO_URL = "Transcript creation error, audio_url not found"
SINGULAR_MODEL = (
    'speech_model is deprecated. Use "speech_models" instead. See documentation: '
    "https://www.assemblyai.com/docs/pre-recorded-audio/select-the-speech-model"
)
WRONG_MODELS = (
    '"speech_models" must be a non-empty list containing one or more of: '
    '"universal-3-pro", "universal-2", "universal-3-5-pro"'
)
RETIRED_MODEL = (
    'The "universal-3-pro" speech model(s) have been deprecated. '
    'Use speech_models: ["universal-3-5-pro", "universal-2"] instead.'
)


class Refused(Exception):
    """The request ends here, with an HTTP error. The gateway's envelopes are others than the speech API's."""

    def __init__(self, status: int, text: str, body: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.status, self.body = status, body or {"error": text}

    def answer(self) -> web.Response:
        """As the client gets it."""
        return web.json_response(self.body, status=self.status)


def ok(body: Any) -> web.Response:
    """The only status that means success."""
    return web.json_response(body)


def error(status: int, text: str) -> web.Response:
    """The envelope of the speech API."""
    return web.json_response({"error": text}, status=status)


def scripted(answer: dict[str, Any]) -> web.Response:
    """The answer of a rule: `status`, one of `json`, `html`, `text` (none: an empty body), and `headers`."""
    status, headers = int(answer.get("status", 200)), answer.get("headers")
    if "json" in answer:
        return web.json_response(answer["json"], status=status, headers=headers)
    if "html" in answer:
        return web.Response(status=status, text=answer["html"], content_type="text/html", headers=headers)
    return web.Response(status=status, text=answer.get("text", ""), headers=headers)
