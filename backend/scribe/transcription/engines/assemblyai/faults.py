"""What AssemblyAI's errors mean. Their texts are read here and go no further: they quote addresses and bodies."""

import httpx
from assemblyai.types import AssemblyAIError

from scribe.transcription.engines.remote import BAD_ANSWER, FailureKind, Remedy, RemoteFailed, RemoteProblem

# What the calls raise: the SDK's own, the transport's as they are, and whatever an answer of another shape leads to.
RAISED = (AssemblyAIError, httpx.HTTPError, httpx.StreamError, ValueError, KeyError, TypeError, AttributeError)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LONGEST_WAIT_SECONDS = 3600.0

_NO_SUCH = "transcript id not found"
# Money is a 400 here.
_BALANCE = "balance is negative"
_FOREIGN_UPLOAD = "cannot access uploaded file"
_REFUSALS = (
    ("not available in this language", "language_refused"),
    ("speech_model", "model_refused"),
    ("speech model", "model_refused"),
    ("unsupported characters", "key_terms_refused"),
)


def explained(error: Exception, answer: httpx.Response | None, *, may_have_acted: bool) -> RemoteFailed:
    """The error by what it means; `may_have_acted` says whether an unanswered call is one to look after."""
    unanswered = FailureKind.UNCERTAIN if may_have_acted else FailureKind.UNREACHABLE
    if isinstance(error, _NOT_SENT):
        return RemoteFailed(FailureKind.UNREACHABLE, "no_connection")
    if isinstance(error, AssemblyAIError) and error.status_code is not None:
        return _by_status(error.status_code, str(error).lower(), answer, unanswered)
    if isinstance(error, httpx.HTTPError):
        return RemoteFailed(unanswered, "no_answer")
    return RemoteFailed(unanswered, BAD_ANSWER)


def is_unknown(error: Exception) -> bool:
    """Whether the vendor says that this key has no such transcript (a 400 of its own project, a 404 of another's)."""
    if not isinstance(error, AssemblyAIError):
        return False
    return error.status_code == 404 or (error.status_code == 400 and _NO_SUCH in str(error).lower())


def _by_status(status: int, text: str, answer: httpx.Response | None, unanswered: FailureKind) -> RemoteFailed:
    if status == 429:
        return RemoteFailed(FailureKind.BUSY, "busy", retry_after=_retry_after(answer))
    if status >= 500 or status < 400 or status == 408:
        return RemoteFailed(unanswered, f"http_{status}", retry_after=_retry_after(answer))
    if status in (401, 403):
        is_upload = status == 403 and _FOREIGN_UPLOAD in text
        kind = FailureKind.UPLOAD_LOST if is_upload else FailureKind.KEY_REFUSED
        return RemoteFailed(kind, str(kind))
    if status == 400 and _BALANCE in text:
        return RemoteFailed(FailureKind.BALANCE, "balance_negative")
    return RemoteFailed(FailureKind.REFUSED, _refusal(status, text))


def _refusal(status: int, text: str) -> str:
    if status == 413:
        return "too_large"
    return next((code for words, code in _REFUSALS if words in text), "refused")


def _retry_after(answer: httpx.Response | None) -> float | None:
    given = answer.headers.get("retry-after", "").strip() if answer is not None else ""
    return min(float(given), _LONGEST_WAIT_SECONDS) if given.isascii() and given.isdigit() else None


_ANEW = RemoteProblem("vendor_error", "AssemblyAI could not transcribe this recording.", Remedy.ANEW)
_NO_SPEECH = RemoteProblem("no_speech", "No speech was found in this recording.", Remedy.NO_SPEECH)
_KEPT = "The recording is kept: listen to it, and ask your admin to have it transcribed on this server if it is good."
_UNREADABLE = RemoteProblem(
    "audio_refused", f"AssemblyAI could not read the sound of this recording. {_KEPT}", Remedy.NONE
)
# The first that is found in the text decides. "Server error" is theirs and may pass, and so may a failed download:
# the address is their own.
_PROBLEMS = (
    ("no spoken audio", _NO_SPEECH),
    ("speech threshold", _NO_SPEECH),
    ("duration is too short", _NO_SPEECH),
    (
        "duration is too long",
        RemoteProblem("audio_too_long", f"The recording is longer than AssemblyAI takes. {_KEPT}", Remedy.NONE),
    ),
    ("does not appear to contain audio", _UNREADABLE),
    (
        "language",
        RemoteProblem("language_refused", "AssemblyAI does not transcribe this language well enough.", Remedy.NONE),
    ),
)


def problem(text: str | None) -> RemoteProblem:
    """What a transcript that ended in an error means; what is not known is tried anew, which is bounded."""
    found = (text or "").lower()
    return next((meaning for words, meaning in _PROBLEMS if words in found), _ANEW)
