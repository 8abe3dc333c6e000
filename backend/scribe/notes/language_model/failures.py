"""What can go wrong with a language model, in words that hold nothing of what was asked or answered."""

from scribe.notes.language_model.base import LanguageModelFailed

_MESSAGES: dict[str, tuple[str, bool]] = {
    "llm_unreachable": ("The language model could not be reached.", True),
    "llm_timeout": ("The language model did not answer in time.", True),
    "llm_slow": ("The language model takes too long for a whole note.", True),
    "llm_busy": ("The language model has too much to do.", True),
    "llm_unavailable": ("The language model reported a failure of its own.", True),
    "llm_key_refused": ("The language model refused the key. An admin must check it.", False),
    "llm_no_credit": ("The account of the language model is out of credit or quota. An admin must top it up.", False),
    "llm_unknown_model": ("The endpoint does not know this language model. An admin must check its name.", False),
    "llm_redirected": ("The endpoint sent the request elsewhere, and it was not followed.", False),
    "llm_too_long": ("The consultation is longer than the language model can read at once.", False),
    "llm_request_refused": ("The language model did not accept the request.", False),
    "llm_refused": ("The language model declined to answer.", False),
    "llm_truncated": ("The language model's answer was cut off.", False),
    "llm_bad_answer": ("The language model's answer was not in the form that was asked for.", False),
}


def named(code: str, *, input_tokens: int = 0, output_tokens: int = 0) -> LanguageModelFailed:
    """The failure of that code."""
    message, retryable = _MESSAGES[code]
    return LanguageModelFailed(
        code, message, retryable=retryable, input_tokens=input_tokens, output_tokens=output_tokens
    )


def code_of_status(status: int, body: str) -> str:
    """The failure's code for an HTTP status; `body` (lower case) tells apart what shares one."""
    # AssemblyAI answers 400 to an empty account, OpenAI 429.
    if any(words in body for words in _MONEY):
        return "llm_no_credit"
    if any(words in body for words in _LENGTH):
        return "llm_too_long"
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "llm_unavailable"
    return "llm_redirected" if status < 400 else "llm_request_refused"


_STATUSES = {
    401: "llm_key_refused",
    402: "llm_no_credit",
    403: "llm_key_refused",
    404: "llm_unknown_model",
    408: "llm_timeout",
    413: "llm_too_long",
    429: "llm_busy",
    504: "llm_timeout",
}
_MONEY = ("balance is negative", "insufficient_quota", "insufficient credit", "credit balance", "billing")
_LENGTH = ("context length", "context_length", "maximum context", "context window", "prompt is too long")
